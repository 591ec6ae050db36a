import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { recordStage } from '#core/bus/stage-bus.ts'
import type { StageState } from '#core/protocol/stage.ts'
import { captionEvent, mouthEvent, startEvent, stateEvent } from '../../support/stage/stage-events.ts'
import { type OverlayStage, openOverlayStage } from './stage.ts'

export interface Reconnects {
  /** From the moment at which the server (or the line) was there again until the avatar was in its state. */
  readonly backMs: readonly number[]
  readonly pageErrors: readonly string[]
  readonly ghostCaptions: number
}

/** Restarts the server, cuts the line, and lets it hang; each time with a sentence and another state under way. */
export async function measureReconnects(
  browser: Browser,
  { restarts, cuts, stalls }: { restarts: number; cuts: number; stalls: number },
): Promise<Reconnects> {
  await using stage = await openOverlayStage(browser)
  const page = await stage.openPage()
  const backMs: number[] = []
  let ghostCaptions = 0
  const states = ['listening', 'thinking', 'idle'] as const
  const outage = async (number: number, interrupt: (meanwhile: () => Promise<void>) => Promise<void>) => {
    const state = states[number % states.length] ?? 'idle'
    await speakAShortSentence(stage, page)
    await interrupt(async () => {
      await keep(stage, state)
      // Longer than the sentence, so that none of it may be seen afterwards.
      await wait(1_500)
    })
    const before = performance.now()
    await page.locator(`[data-online="true"][data-state="${state}"]`).waitFor({ timeout: 30_000 })
    backMs.push(performance.now() - before)
    await wait(300)
    if ((await page.locator('[data-captions] p').count()) > 0) ghostCaptions++
  }

  for (let number = 0; number < restarts; number++)
    await outage(number, (meanwhile) => stage.world.restartWeb(meanwhile))
  for (let number = 0; number < cuts; number++)
    await outage(number, async (meanwhile) => {
      stage.proxy.isAccepting = false
      stage.proxy.reset()
      await meanwhile()
      stage.proxy.isAccepting = true
    })
  for (let number = 0; number < stalls; number++)
    await outage(number, async (meanwhile) => {
      stage.proxy.set({ stalled: 'both' })
      await page.locator('[data-online="false"]').waitFor()
      await meanwhile()
      stage.proxy.set({})
    })
  return { backMs, pageErrors: stage.pageErrors, ghostCaptions }
}

async function speakAShortSentence({ say }: OverlayStage, page: Page): Promise<void> {
  const playAt = performance.timeOrigin + performance.now()
  const utterance = randomUUID()
  say(stateEvent('speaking'))
  say(startEvent(utterance, playAt))
  say(mouthEvent(utterance, { playAt, levels: Array.from({ length: 50 }, () => 1) }))
  say(captionEvent(utterance, 'this is cut off', playAt))
  await page.locator('[data-captions] p').waitFor()
}

/** What is said while the viewer is away reaches nobody; the record does. */
async function keep({ world, overlay }: OverlayStage, state: StageState): Promise<void> {
  const envelope = { v: 1, id: randomUUID(), at: Date.now(), correlationId: 'bench' } as const
  const look = { stage: overlay.stage, state, expression: 'neutral' }
  await recordStage(world.bus, { ...envelope, type: 'stage.snapshot', ...look })
}
