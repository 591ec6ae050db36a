import { join } from 'node:path'
import type { Context } from 'hono'
import type { Logger } from '#core/telemetry/logger.ts'
import { lanternIcon } from '../lumi/lantern-icon.ts'
import { type Asset, chooseEncoding, createAsset } from './asset.ts'
import { loadClientModules } from './client-modules.ts'
import { compileStylesheet, stylesheetKey } from './compile-stylesheet.ts'
import { plainStylesheet } from './plain-stylesheet.ts'
import { openStageAssets, type StageAssets } from './stage-assets.ts'

const immutable = 'public, max-age=31536000, immutable'

/** What pages link to, and the handler behind those links. Every address holds a hash of its content's sources. */
export interface WebAssets {
  readonly stylesheetUrl: string
  readonly iconUrl: string
  /** The chat page's modules; the first is the entry, the others can be preloaded. */
  readonly scriptUrls: readonly string[]
  /** The overlay and the avatar. */
  readonly stage: StageAssets
  serve(context: Context): Promise<Response>
  /** Resolves when everything is made, or could not be made. */
  readonly ready: Promise<void>
}

export interface AssetOptions {
  readonly dataDir: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** How the style sheet is made. */
  readonly compile?: typeof compileStylesheet
}

/** Returns as soon as the addresses are known; requests that come before a file is made wait for it. */
export async function openAssets(options: AssetOptions): Promise<WebAssets> {
  const { dataDir, logger, signal, compile = compileStylesheet } = options
  const files = new Map<string, Promise<Asset>>()
  const add = (url: string, asset: Promise<Asset>) => {
    files.set(url, asset)
    return url
  }

  const { key, names, sources } = loadClientModules(signal)
  const scriptUrls = names.map((name) =>
    add(
      `/assets/${key}/${name}`,
      sources.then((made) => createAsset(made.get(name) ?? '', 'text/javascript; charset=utf-8')),
    ),
  )
  const iconUrl = add(`/assets/${key}/lantern.svg`, createAsset(lanternIcon, 'image/svg+xml'))
  const cssKey = await stylesheetKey()
  const css = compile({ key: cssKey, cacheDir: join(dataDir, 'cache'), signal })
  const stylesheetUrl = add(`/assets/${cssKey}/app.css`, styled(css, logger, signal))

  const stage = openStageAssets(dataDir)
  return {
    stage,
    stylesheetUrl,
    iconUrl,
    scriptUrls,
    ready: Promise.allSettled(files.values()).then(() => undefined),
    async serve(context) {
      const asset = await files.get(context.req.path)
      if (asset !== undefined) return respondWith(asset, context)
      return (await stage.serve(context)) ?? (await context.notFound())
    },
  }
}

/** Pages stay readable when Tailwind cannot run here, for example because its native part is missing. */
async function styled(css: Promise<string>, logger: Logger, signal: AbortSignal): Promise<Asset> {
  const contentType = 'text/css; charset=utf-8'
  try {
    return await createAsset(await css, contentType)
  } catch (error) {
    if (!signal.aborted) logger.warn('the style sheet could not be compiled; pages look plain', { error })
    return await createAsset(plainStylesheet, contentType, false)
  }
}

function respondWith(asset: Asset, context: Context): Response {
  const encoding = chooseEncoding(context.req.header('accept-encoding'))
  context.header('content-type', asset.contentType)
  context.header('cache-control', asset.isLasting ? immutable : 'no-store')
  context.header('vary', 'accept-encoding')
  if (encoding !== 'identity') context.header('content-encoding', encoding)
  return context.body(asset[encoding])
}
