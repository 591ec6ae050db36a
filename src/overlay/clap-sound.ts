const lengthSeconds = 0.12
const decaySeconds = 0.012

/** A clap in this page, so many seconds from now. */
export function playClap(context: AudioContext, inSeconds: number): void {
  const length = Math.floor(lengthSeconds * context.sampleRate)
  const buffer = context.createBuffer(1, length, context.sampleRate)
  const samples = buffer.getChannelData(0)
  for (let index = 0; index < length; index++)
    samples[index] = 0.7 * (2 * Math.random() - 1) * Math.exp(-index / (decaySeconds * context.sampleRate))
  const source = new AudioBufferSourceNode(context, { buffer })
  source.connect(context.destination)
  source.start(context.currentTime + Math.max(0, inSeconds))
}
