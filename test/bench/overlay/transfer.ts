import { openStageAssets } from '#web/assets/stage-assets.ts'
import { ask } from '../../support/http-ask.ts'
import { openWebWorld } from '../../support/web-world.ts'

export interface Transfer {
  readonly modules: number
  readonly javascript: number
  readonly own: number
  readonly avatar: number
}

/**
 * Bytes over the line of everything that the overlay's page can load, found by following its imports, for a browser that
 * takes brotli and has nothing yet, once the smallest forms are made.
 */
export async function measureTransfer(): Promise<Transfer> {
  await using world = await openWebWorld({ hasWorker: false })
  const { urlOf, avatarUrl } = openStageAssets('.cache/test-web')
  const get = async (path: string, encoding: string) =>
    (await ask(world.origin, { path, headers: { host: '127.0.0.1', 'accept-encoding': encoding } })).bytes
  const sources = new Map<string, string>()
  const follow = async (url: string): Promise<void> => {
    if (sources.has(url)) return
    sources.set(url, '')
    const source = (await get(url, 'identity')).toString()
    const imported = [...source.matchAll(/(?:from|import)\s*\(?\s*["']([./][^"']+)["']/g)]
    await Promise.all(imported.map(([, path = '']) => follow(new URL(path, `http://x${url}`).pathname)))
  }
  await Promise.all(['overlay/main.ts', 'overlay/sound-worklet.ts'].map((path) => follow(urlOf(path))))
  const urls = [...sources.keys()]
  await Promise.all([...urls, avatarUrl].map((url) => get(url, 'br')))
  await world.web.stageSettled
  const sizes = await Promise.all(urls.map(async (url) => ({ url, bytes: (await get(url, 'br')).length })))
  const sum = (of: typeof sizes) => of.reduce((total, { bytes }) => total + bytes, 0)
  return {
    modules: urls.length,
    javascript: sum(sizes),
    own: sum(sizes.filter(({ url }) => !url.includes('/vendor/'))),
    avatar: avatarUrl === '' ? 0 : (await get(avatarUrl, 'br')).length,
  }
}
