import type { OverlayQuality } from '#core/protocol/stage-feed.ts'
import type { Figure, Moment } from './figure.ts'
import { detectGraphics } from './graphics.ts'
import { PictureFigure } from './picture-figure.ts'
import type { Screen } from './screen.ts'
import type { VrmFigure } from './vrm-figure.ts'

export interface AvatarLook {
  /** Empty: there is none. */
  readonly avatar: string
  /** A motion for it; empty: its own idle life. */
  readonly motion: string
  readonly quality: OverlayQuality
  readonly framing: 'whole' | 'bust'
}

const retryMs = 10_000
/** Pictures that take longer than this on average are too much for the machine. */
const slowMs = 45
const judgedPictures = 150

/** Whatever body the companion has here: the avatar where it can be drawn, else the picture, and back when that changes. */
export class AvatarView {
  readonly #parent: HTMLElement
  readonly #picture: HTMLElement
  readonly #flat: PictureFigure
  #screen: Screen | undefined
  #vrm: VrmFigure | undefined
  #look: AvatarLook | undefined
  #isLost = false
  #pictures = 0
  #spentMs = 0

  constructor(parent: HTMLElement, picture: HTMLElement) {
    this.#parent = parent
    this.#picture = picture
    const svg = picture.querySelector('svg')
    if (!svg) throw new Error('the page has no picture')
    this.#flat = new PictureFigure(svg)
  }

  /** Called with every change; a body that fits already stays. */
  async wear(look: AvatarLook): Promise<void> {
    const before = this.#look
    this.#look = look
    const isSame =
      before?.avatar === look.avatar && before.motion === look.motion && before.quality === look.quality
    if (isSame && this.#vrm) this.#screen?.frame(this.#vrm.bounds, look.framing)
    if (isSame) return
    if (look.avatar === '' || !canDraw(look.quality)) this.#drop()
    else await this.#load(look)
    this.#showOne()
  }

  show(moment: Moment): void {
    const figure: Figure = this.#vrm && !this.#isLost ? this.#vrm : this.#flat
    figure.show(moment)
    if (figure === this.#flat) return
    this.#screen?.draw()
    this.#judge(moment.dtMs)
  }

  async #load(look: AvatarLook): Promise<void> {
    try {
      // On demand, so that the flat picture costs no megabyte of code.
      const [{ Screen }, { VrmFigure }, { loadVrm }] = await Promise.all([
        import('./screen.ts'),
        import('./vrm-figure.ts'),
        import('./load-vrm.ts'),
      ])
      const vrm = await loadVrm(look.avatar)
      if (this.#look !== look) return
      this.#drop()
      this.#screen = new Screen(this.#parent, {
        isFine: look.quality !== 'low',
        onLost: () => this.#setLost(true),
        onRestored: () => this.#setLost(false),
      })
      this.#vrm = new VrmFigure(vrm, this.#screen.camera)
      this.#vrm.hasOutlines = look.quality !== 'low'
      this.#screen.frame(this.#vrm.bounds, look.framing)
      this.#screen.scene.add(vrm.scene)
      await this.#learn(look, this.#vrm)
    } catch (error) {
      this.#parent.dataset.trouble = String(error)
      setTimeout(() => this.#retry(look), retryMs)
    }
  }

  /** A motion that cannot be had leaves the idle life as it is. */
  async #learn({ motion }: AvatarLook, figure: VrmFigure): Promise<void> {
    if (motion === '') return
    try {
      const { loadMotion } = await import('./motion.ts')
      figure.motion = await loadMotion(motion, figure.vrm)
    } catch (error) {
      this.#parent.dataset.trouble = String(error)
    }
  }

  #retry(look: AvatarLook): void {
    if (this.#look !== look || this.#vrm) return
    this.#look = undefined
    void this.wear(look)
  }

  #drop(): void {
    this.#vrm?.close()
    this.#screen?.close()
    this.#vrm = undefined
    this.#screen = undefined
    this.#isLost = false
  }

  #setLost(isLost: boolean): void {
    this.#isLost = isLost
    this.#showOne()
  }

  #showOne(): void {
    const isDrawn = this.#vrm !== undefined && !this.#isLost
    this.#picture.hidden = isDrawn
    if (this.#screen) this.#screen.canvas.hidden = !isDrawn
    this.#parent.dataset['figure'] = isDrawn ? 'avatar' : 'picture'
  }

  /** Left to itself, a machine that is too slow gets the light drawing, once. */
  #judge(dtMs: number): void {
    if (this.#look?.quality !== 'auto' || dtMs > 500) return
    this.#pictures++
    this.#spentMs += dtMs
    if (this.#pictures < judgedPictures) return
    const isSlow = this.#spentMs / this.#pictures > slowMs
    this.#pictures = 0
    this.#spentMs = 0
    if (isSlow) void this.wear({ ...this.#look, quality: 'low' })
  }
}

function canDraw(quality: OverlayQuality): boolean {
  if (quality === 'picture') return false
  const graphics = detectGraphics()
  return graphics === 'hardware' || (graphics === 'software' && quality !== 'auto')
}
