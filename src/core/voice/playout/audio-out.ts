/** Where frames go: an Opus sender, a browser's socket, a bench. */
export interface AudioOut {
  /** `frameSamples` samples that are heard now. Called on the frame clock, so it never waits; the frame is the callee's. */
  play(frame: Int16Array): void
  /** Nothing more for now. The next `play` may come at any time. */
  rest(): void
}
