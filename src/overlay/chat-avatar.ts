import type { StageState } from '#core/protocol/stage.ts'
import { detectGraphics } from './graphics.ts'
import { LiveMouth } from './live-mouth.ts'
import { loadVrm } from './load-vrm.ts'
import { frameMs } from './mouth-frames.ts'
import { Performer } from './performer.ts'
import { RenderLoop } from './render-loop.ts'
import { Screen } from './screen.ts'
import { VrmFigure } from './vrm-figure.ts'

export interface ChatAvatarOptions {
  /** The drawn Lumi: what it shows, the avatar shows too; it stays in the page as the fallback. */
  readonly figure: SVGElement
  /** The avatar's file. */
  readonly avatar: string
  /** What plays the answers, when something does: asked for every picture. */
  readonly analyser?: () => AnalyserNode | undefined
  /** Also where a processor must draw. */
  readonly isForced?: boolean
}

/** Below this only head and lantern fit. */
const bustBelowPx = 220
const states: readonly StageState[] = ['idle', 'listening', 'thinking', 'speaking', 'offline']

/**
 * Puts the avatar in the place of the drawn figure of the chat page, when the machine can draw it and motion is welcome.
 * State, face and, without sound, the mouth are read off the drawn figure, so whoever moves that moves both.
 */
export async function joinChat(options: ChatAvatarOptions): Promise<boolean> {
  const { figure, avatar, isForced = false } = options
  const parent = figure.parentElement
  const wantsStillness = matchMedia('(prefers-reduced-motion: reduce)').matches
  if (!parent || avatar === '' || wantsStillness) return false
  if (detectGraphics() !== 'hardware' && !isForced) return false
  const vrm = await loadVrm(avatar)
  const show = (isDrawn: boolean) => parent.classList.toggle('has-avatar', isDrawn)
  const screen = new Screen(parent, {
    isFine: !isForced,
    onLost: () => show(false),
    onRestored: () => show(true),
  })
  const body = new VrmFigure(vrm, screen.camera)
  screen.frame(body.bounds, parent.clientHeight < bustBelowPx ? 'bust' : 'whole')
  screen.scene.add(vrm.scene)
  perform(options, body, screen)
  show(true)
  return true
}

function perform({ figure, analyser }: ChatAvatarOptions, body: VrmFigure, screen: Screen): void {
  const performer = new Performer()
  const mouth = new LiveMouth()
  let face = 'neutral'
  const loop = new RenderLoop((now, dtMs) => {
    performer.state = states.find((state) => state === figure.dataset['state']) ?? 'idle'
    const wanted = figure.dataset['expression'] ?? 'neutral'
    if (wanted !== face) performer.makeFace(wanted, now)
    face = wanted
    const frames = mouth.read(analyser?.(), Number(figure.style.getPropertyValue('--mouth')))
    performer.hear('live', now - frameMs / 2, frames)
    const moment = performer.at(now, dtMs, now)
    body.show(moment)
    screen.draw()
    globalThis.overlayProbe?.(moment, now)
  })
  loop.start()
}
