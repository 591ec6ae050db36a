/** One window is 32 ms of 16 kHz audio: what Silero was trained on. */
export const vadWindowSamples = 512
export const vadRateHz = 16_000
export const vadWindowMs = (vadWindowSamples * 1000) / vadRateHz

/** Tells speech from other sound. One model for all speakers of the process; each has a stream with its own memory. */
export interface Vad extends AsyncDisposable {
  /** What runs the model: `onnxruntime` or `plain TypeScript`; known after the first window. */
  readonly engineName: string | undefined
  open(): VadStream
}

export interface VadStream {
  /**
   * How likely the window is speech, 0 to 1. {@link vadWindowSamples} samples at {@link vadRateHz}, one window at a
   * time: the next waits for the answer to this one.
   */
  push(window: Int16Array): Promise<number>
  /** Forgets what was heard, as after a long silence. */
  reset(): void
}
