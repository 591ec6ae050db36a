import { openStageAssets } from '#web/assets/stage-assets.ts'
import { ask } from '../../support/http-ask.ts'
import { openWebWorld } from '../../support/web-world.ts'

export interface Transfer {
  readonly javascript: number
  readonly own: number
  readonly avatar: number
}

/** Bytes over the line when a browser takes brotli and has nothing yet, once the smallest forms are made. */
export async function measureTransfer(): Promise<Transfer> {
  await using world = await openWebWorld({ hasWorker: false })
  const { moduleUrls, avatarUrl } = openStageAssets('.cache/test-web')
  const get = async (path: string) =>
    (await ask(world.origin, { path, headers: { host: '127.0.0.1', 'accept-encoding': 'br' } })).bytes.length
  await Promise.all(moduleUrls.map(get))
  await world.web.stageSettled
  const sizes = await Promise.all(moduleUrls.map(async (url) => ({ url, bytes: await get(url) })))
  const sum = (of: typeof sizes) => of.reduce((total, { bytes }) => total + bytes, 0)
  return {
    javascript: sum(sizes),
    own: sum(sizes.filter(({ url }) => !url.includes('/vendor/'))),
    avatar: avatarUrl === '' ? 0 : await get(avatarUrl),
  }
}
