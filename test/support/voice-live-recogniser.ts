import type { StreamingTranscriber } from '#core/inference/streaming-transcriber.ts'

export interface LiveRecogniser extends StreamingTranscriber {
  /** Samples that were pushed to each stream. */
  readonly streams: { samples: number; isAborted: boolean }[]
  /** The words so far, to whoever listens now. */
  hear(text: string): void
  /** The stream that listens now fails. */
  breakOff(fault: Error): void
  isAvailable: boolean
  final: string | Error
}

/** A streaming recogniser that understands what a test says it does. */
export function liveRecogniser(): LiveRecogniser {
  let tell: (text: string | Error | undefined) => void = () => undefined
  const recogniser: LiveRecogniser = {
    name: 'live',
    sampleRateHz: 16_000,
    isAvailable: true,
    streams: [],
    final: '',
    hear: (text) => tell(text),
    breakOff: (fault) => tell(fault),
    listen({ signal }) {
      const stream = { samples: 0, isAborted: false }
      recogniser.streams.push(stream)
      const waiting: (string | Error | undefined)[] = []
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
          if (text instanceof Error) throw text
          yield text
        }
      }
    },
  }
  return recogniser
}
