import type { Browser, Page } from 'playwright-core'
import { publishStage } from '#core/bus/stage-bus.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import { changeSettings, createOverlay, type TestOverlay } from '../../support/stage/overlays.ts'
import { TcpProxy } from '../../support/tcp-proxy.ts'
import { openWebWorld, type WebWorld, type WebWorldOptions } from '../../support/web-world.ts'

/** A server, a line to it that can be made bad, and an overlay that is looked at through that line. */
export interface OverlayStage extends AsyncDisposable {
  readonly world: WebWorld
  readonly proxy: TcpProxy
  readonly overlay: TestOverlay
  /** What went wrong in the page; a good overlay leaves it empty. */
  readonly pageErrors: readonly string[]
  say(event: StageEvent): void
  openPage(prepare?: string, size?: { width: number; height: number }): Promise<Page>
}

/** Small, without a graphics card: what is measured is our code and our clocks, not SwiftShader. */
export const smallSize = { width: 400, height: 300 }

export async function openOverlayStage(
  browser: Browser,
  settings: Readonly<Record<string, string>> = {},
  options: WebWorldOptions = {},
): Promise<OverlayStage> {
  await using opening = new AsyncDisposableStack()
  const world = opening.use(await openWebWorld({ hasWorker: false, ...options }))
  const proxy = opening.use(await TcpProxy.start(Number(new URL(world.origin).port)))
  const overlay = await createOverlay(world.origin)
  await changeSettings(world.origin, overlay, { captions: 'on', wordByWord: 'on', ...settings })
  const pageErrors: string[] = []
  const context = await browser.newContext()
  opening.defer(() => context.close())
  const resources = opening.move()
  return {
    world,
    proxy,
    overlay,
    pageErrors,
    say: (event) => publishStage(world.bus, overlay.stage, event),
    async openPage(prepare = '', size = smallSize) {
      const page = await context.newPage()
      await page.setViewportSize(size)
      await page.addInitScript(prepare)
      page.on('pageerror', ({ message }) => pageErrors.push(message))
      await page.goto(`http://127.0.0.1:${proxy.port}/o/${overlay.id}#${overlay.token}`)
      await page.locator('[data-figure="avatar"]').waitFor()
      return page
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}
