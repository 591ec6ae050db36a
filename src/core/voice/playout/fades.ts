/** 5 ms: too short to be heard as a fade, long enough not to be heard as a click. */
const fadeSamples = 240

/** What is heard of a frame at which the sound stops: its beginning, fading. */
export function fadedOut(frame: Int16Array): Int16Array {
  const faded = new Int16Array(frame.length)
  for (let index = 0; index < fadeSamples; index++)
    faded[index] = (frame[index] ?? 0) * (1 - index / fadeSamples)
  return faded
}

/** Silence that begins where the sound broke off. */
export function silenceAfter(lastSample: number, length: number): Int16Array {
  const silence = new Int16Array(length)
  for (let index = 0; index < fadeSamples; index++) silence[index] = lastSample * (1 - index / fadeSamples)
  return silence
}

export function fadeIn(frame: Int16Array): void {
  for (let index = 0; index < fadeSamples; index++) frame[index] = ((frame[index] ?? 0) * index) / fadeSamples
}

/** Changes the loudness in place, from one gain to another over the length of the frame. */
export function applyGain(frame: Int16Array, from: number, to: number): void {
  if (from === 1 && to === 1) return
  const step = (to - from) / frame.length
  for (let index = 0; index < frame.length; index++)
    frame[index] = (frame[index] ?? 0) * (from + step * index)
}
