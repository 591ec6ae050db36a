import type { StreamingTranscriber } from '#core/voice/session/streaming-transcriber.ts'

export interface LiveRecogniser extends StreamingTranscriber {
  /** Samples that were pushed to each stream. */
  readonly streams: { samples: number; isAborted: boolean }[]
  /** The words so far, to whoever listens now. */
  hear(text: string): void
  final: string | Error
}

/** A streaming recogniser that understands what a test says it does. */
export function liveRecogniser(): LiveRecogniser {
  let tell: (text: string | undefined) => void = () => undefined
  const recogniser: LiveRecogniser = {
    name: 'live',
    sampleRateHz: 16_000,
    streams: [],
    final: '',
    hear: (text) => tell(text),
    listen({ signal }) {
      const stream = { samples: 0, isAborted: false }
      recogniser.streams.push(stream)
      const waiting: (string | undefined)[] = []
      let wake = () => {}
      tell = (text) => {
        waiting.push(text)
        wake()
      }
      const end = tell
      signal.addEventListener('abort', () => {
        stream.isAborted = true
        end(undefined)
      })
      return {
        push: (samples) => {
          stream.samples += samples.length
        },
        interims: read(),
        async finish() {
          end(undefined)
          if (recogniser.final instanceof Error) throw recogniser.final
          return recogniser.final
        },
      }
      async function* read() {
        for (;;) {
          while (waiting.length === 0)
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          const text = waiting.shift()
          if (text === undefined) return
          yield text
        }
      }
    },
  }
  return recogniser
}
