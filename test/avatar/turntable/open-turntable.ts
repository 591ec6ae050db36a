import type { Page } from 'playwright-core'
import { launchBrowser } from '#test/support/browser.ts'
import { serveTurntable, type TurntableServer } from './turntable-server.ts'

export interface View {
  readonly width?: number
  readonly height?: number
  /** Degrees around the avatar. */
  readonly turn?: number
  /** Degrees from above. */
  readonly pitch?: number
  /** Metres: the height looked at, the height that is seen, and how far aside. */
  readonly middle?: number
  readonly span?: number
  readonly aside?: number
  /** Where the avatar looks, metres from straight ahead at three metres. */
  readonly look?: readonly [number, number]
}

export interface LoadedAvatar {
  readonly names: readonly string[]
  readonly metaVersion: string
  readonly joints: number
}

export interface Turntable extends AsyncDisposable {
  readonly server: TurntableServer
  readonly page: Page
  /** What the page complained about: errors, warnings. */
  readonly complaints: string[]
  call<Result>(name: string, ...args: readonly unknown[]): Promise<Result>
  picture(view: View): Promise<Buffer>
}

/** Opens the turntable page in a Chromium of its own. */
export async function openTurntable(): Promise<Turntable> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await serveTurntable())
  const browser = await launchBrowser()
  stack.defer(() => browser.close())
  const context = await browser.newContext()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  await page.goto(server.origin)
  await page.locator('html[data-ready]').waitFor()
  const call = <Result>(name: string, ...args: readonly unknown[]): Promise<Result> =>
    page.evaluate<Result>(`turntable.${name}(...${JSON.stringify(args)})`)
  const closing = stack.move()
  return {
    server,
    page,
    complaints,
    call,
    picture: async (view) => Buffer.from((await call<string>('picture', view)).split(',')[1] ?? '', 'base64'),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}
