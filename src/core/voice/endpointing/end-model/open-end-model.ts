import { parseEndpoint } from '#core/inference/endpoint.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Endpointing } from '../endpointing.ts'
import { createHttpJudge } from './http-judge.ts'

type Judge = NonNullable<Endpointing['judge']>

export interface EndModelOptions {
  /** A Smart Turn v3 .onnx file, or the http(s) address of an endpoint that takes a WAV file. */
  readonly source: string
  /** For an endpoint. */
  readonly apiKey?: string | undefined
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** The model that hears the end of a turn, if it can be had; without an opinion of its, the words alone decide. */
export interface EndModel extends AsyncDisposable {
  readonly judge: Judge | undefined
}

/** Rejects for an abort only: a model that cannot be used is logged, once, and done without. */
export async function openEndModel(options: EndModelOptions): Promise<EndModel> {
  return /^https?:\/\//i.test(options.source) ? openEndpoint(options) : await openFile(options)
}

function openEndpoint({ source, apiKey, logger }: EndModelOptions): EndModel {
  const { authorization } = parseEndpoint(source, apiKey)
  const url = new URL(source)
  const { origin: address } = url
  url.username = ''
  url.password = ''
  let isBroken = false
  const judge = createHttpJudge({
    url: url.href,
    headers: authorization === undefined ? {} : { authorization },
    onResult: (fault) => {
      const wasBroken = isBroken
      isBroken = fault !== undefined
      if (isBroken && !wasBroken)
        logger.warn('the end-of-turn model does not answer; the words alone decide', {
          address,
          error: fault,
        })
    },
  })
  return { judge, [Symbol.asyncDispose]: async () => undefined }
}

async function openFile({ source: file, logger, signal }: EndModelOptions): Promise<EndModel> {
  const giveUp = (error: unknown) =>
    logger.warn('the end-of-turn model cannot be used; the words alone decide', { file, error })
  try {
    const { openSmartTurn } = await import('./smart-turn.ts')
    const model = await openSmartTurn(file, { signal })
    return {
      judge: (audio, asking) =>
        orNothing(model.judge(audio, asking), giveUp, AbortSignal.any([asking, signal])),
      [Symbol.asyncDispose]: () => model[Symbol.asyncDispose](),
    }
  } catch (error) {
    signal.throwIfAborted()
    giveUp(error)
    return { judge: undefined, [Symbol.asyncDispose]: async () => undefined }
  }
}

/** A model that died has no opinion; it is never asked again with anything waiting, so this is said once. */
async function orNothing(
  answer: Promise<number | undefined>,
  onFault: (error: unknown) => void,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return await answer
  } catch (error) {
    signal.throwIfAborted()
    onFault(error)
    return undefined
  }
}
