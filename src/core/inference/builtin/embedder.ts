import type { Embedder } from '../ports.ts'
import { toUnitLength } from '../unit-vector.ts'

const dimensions = 384
const maxChars = 20_000

/**
 * Embeddings without a model: words and their three-letter pieces, hashed to places of a vector (the hashing trick,
 * Weinberger et al. 2009). Texts with common words and word stems come close; meaning is beyond it.
 */
export function createBuiltInEmbedder(): Embedder {
  return {
    name: 'the built-in embeddings',
    async embed(texts, { signal }) {
      signal.throwIfAborted()
      return texts.map(embed)
    },
  }
}

function embed(text: string): Float32Array {
  const vector = new Float32Array(dimensions)
  const words =
    text
      .slice(0, maxChars)
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  const counts = new Map<string, number>()
  const count = (feature: string) => counts.set(feature, (counts.get(feature) ?? 0) + 1)
  for (const word of words) {
    count(word)
    for (const piece of pieces(`^${word}$`)) count(piece)
  }
  for (const [feature, times] of counts) add(vector, feature, weightOf(feature) * (1 + Math.log(times)))
  return toUnitLength(vector)
}

function* pieces(word: string): Generator<string> {
  const letters = [...word]
  for (let start = 0; start + 3 <= letters.length; start += 1)
    yield `#${letters.slice(start, start + 3).join('')}`
}

/** Whole words say more than their pieces; the commonest words say next to nothing. */
function weightOf(feature: string): number {
  if (feature.startsWith('#')) return 0.4
  return commonWords.has(feature) ? 0.1 : 1
}

const commonWords = new Set(
  'a an and are as at be but by do for from has have he i in is it my not of on or she that the they this to was we with you your'.split(
    ' ',
  ),
)

/** Half of the features count negatively, so that collisions cancel instead of adding up. */
function add(vector: Float32Array, feature: string, weight: number): void {
  const code = hash(feature)
  const place = (code >>> 1) % dimensions
  vector[place] = (vector[place] ?? 0) + (code & 1 ? weight : -weight)
}

/** FNV-1a with a final mix, so that its lowest bit is as good as the others. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  value ^= value >>> 15
  return Math.imul(value, 0x2c1b3c6d) >>> 0
}
