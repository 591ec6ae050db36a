import { FourierTransform } from './fourier.ts'

export const melBands = 80
export const melFrames = 800
const [rateHz, frameLength, hop] = [16_000, 400, 160]
const soundLength = melFrames * hop

const fourier = new FourierTransform(frameLength)
const hann = Float64Array.from(
  { length: frameLength },
  (_, at) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / frameLength),
)
const bands = makeBands()

/**
 * What Whisper's encoder, and so Smart Turn v3, is given: 80 × 800 log-mel values of the last 8 s at 16 kHz, shorter
 * sound padded in front. As WhisperFeatureExtractor(chunk_length=8) with do_normalize computes it (Radford et al. 2022,
 * 2.2; mel scale and normalisation of Slaney's Auditory Toolbox).
 */
export function computeLogMel(samples: Int16Array): Float32Array {
  const sound = normalize(lastEightSeconds(samples))
  const features = new Float32Array(melBands * melFrames)
  const paddedFrames = Math.floor((soundLength - samples.length - frameLength / 2) / hop)
  let loudest = Number.NEGATIVE_INFINITY
  let powers = bandPowers(sound, 0)
  for (let frame = 0; frame < melFrames; frame += 1) {
    // All frames of nothing but padding are the same.
    if (frame > paddedFrames) powers = bandPowers(sound, frame)
    for (const [band, power] of powers.entries()) {
      const level = Math.log10(Math.max(1e-10, power))
      features[band * melFrames + frame] = level
      loudest = Math.max(loudest, level)
    }
  }
  return features.map((level) => (Math.max(level, loudest - 8) + 4) / 4)
}

function lastEightSeconds(samples: Int16Array): Float64Array {
  const sound = new Float64Array(soundLength)
  const kept = samples.subarray(-soundLength)
  sound.set(kept, soundLength - kept.length)
  return sound.map((sample) => sample / 32_768)
}

/** Mean 0 and variance 1, the padding counted in. */
function normalize(sound: Float64Array): Float64Array {
  const mean = sound.reduce((sum, value) => sum + value, 0) / sound.length
  const variance = sound.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sound.length
  const gain = 1 / Math.sqrt(variance + 1e-7)
  return sound.map((value) => (value - mean) * gain)
}

function bandPowers(sound: Float64Array, frame: number): Float64Array {
  const windowed = hann.map(
    (weight, at) => weight * (sound[mirrored(frame * hop + at - frameLength / 2)] ?? 0),
  )
  const spectrum = fourier.power(windowed)
  return Float64Array.from(bands, ({ first, weights }) =>
    weights.reduce((sum, weight, at) => sum + weight * (spectrum[first + at] ?? 0), 0),
  )
}

/** Beyond its ends the sound goes on as its mirror image. */
function mirrored(at: number): number {
  if (at < 0) return -at
  return at < soundLength ? at : 2 * soundLength - 2 - at
}

/** Triangles over the bins of the spectrum, from the first bin that counts. */
function makeBands(): { first: number; weights: number[] }[] {
  const edges = Array.from({ length: melBands + 2 }, (_, edge) =>
    toHz((toMel(rateHz / 2) * edge) / (melBands + 1)),
  )
  const hzPerBin = rateHz / frameLength
  return Array.from({ length: melBands }, (_, band) => {
    const [low = 0, middle = 0, high = 0] = edges.slice(band, band + 3)
    const first = Math.ceil(low / hzPerBin)
    const weights = Array.from({ length: Math.floor(high / hzPerBin) - first + 1 }, (_, at) => {
      const hz = (first + at) * hzPerBin
      return (Math.min((hz - low) / (middle - low), (high - hz) / (high - middle)) * 2) / (high - low)
    })
    return { first, weights }
  })
}

/** Linear to 1 kHz, then logarithmic. */
function toMel(hz: number): number {
  return hz < 1_000 ? (3 * hz) / 200 : 15 + (Math.log(hz / 1_000) * 27) / Math.log(6.4)
}

function toHz(mel: number): number {
  return mel < 15 ? (200 * mel) / 3 : 1_000 * Math.exp(((mel - 15) * Math.log(6.4)) / 27)
}
