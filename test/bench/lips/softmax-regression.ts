export interface Example {
  readonly features: Float64Array
  readonly label: number
}

const batchSize = 64
const epochs = 12
const startRate = 0.003
const decay = 0.02

/** Rows of one class each: its bias, then the weights of the features. */
export function trainSoftmax(examples: readonly Example[], classCount: number): Float64Array {
  const featureCount = examples[0]?.features.length ?? 0
  const weights = new Float64Array(classCount * (featureCount + 1))
  const adam = new Adam(weights)
  const order = Uint32Array.from(examples, (_, index) => index)
  const random = createRandom(1)
  const total = epochs * Math.ceil(examples.length / batchSize)
  for (let step = 0; step < total; step++) {
    const start = (step * batchSize) % order.length
    if (start < batchSize) shuffle(order, random)
    const gradient = new Float64Array(weights.length)
    for (const index of order.subarray(start, start + batchSize)) {
      const example = examples[index]
      if (example) addGradient(weights, example, gradient, classCount)
    }
    adam.step(gradient, startRate * 0.5 * (1 + Math.cos((Math.PI * step) / total)))
  }
  return weights
}

function addGradient(
  weights: Float64Array,
  { features, label }: Example,
  gradient: Float64Array,
  classCount: number,
): void {
  const rowLength = features.length + 1
  const scores = Float64Array.from({ length: classCount }, (_, kind) =>
    features.reduce(
      (sum, feature, index) => sum + feature * (weights[kind * rowLength + 1 + index] ?? 0),
      weights[kind * rowLength] ?? 0,
    ),
  ).map(Math.exp)
  const total = scores.reduce((sum, score) => sum + score, 0)
  for (const [kind, score] of scores.entries()) {
    const error = score / total - (kind === label ? 1 : 0)
    const row = kind * rowLength
    gradient[row] = (gradient[row] ?? 0) + error
    for (const [index, feature] of features.entries())
      gradient[row + 1 + index] = (gradient[row + 1 + index] ?? 0) + error * feature
  }
}

/** Kingma and Ba, 2015, with weight decay apart from the gradient. */
class Adam {
  readonly #weights: Float64Array
  readonly #mean: Float64Array
  readonly #square: Float64Array
  #count = 0

  constructor(weights: Float64Array) {
    this.#weights = weights
    this.#mean = new Float64Array(weights.length)
    this.#square = new Float64Array(weights.length)
  }

  step(gradient: Float64Array, rate: number): void {
    this.#count++
    for (const [index, sum] of gradient.entries()) {
      const slope = sum / batchSize
      const mean = 0.9 * (this.#mean[index] ?? 0) + 0.1 * slope
      const square = 0.999 * (this.#square[index] ?? 0) + 0.001 * slope * slope
      this.#mean[index] = mean
      this.#square[index] = square
      const direction =
        mean / (1 - 0.9 ** this.#count) / (Math.sqrt(square / (1 - 0.999 ** this.#count)) + 1e-8)
      const weight = this.#weights[index] ?? 0
      this.#weights[index] = weight - rate * (direction + decay * weight)
    }
  }
}

/** Always the same numbers, so that tuning twice gives the same weights. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const kept = order[index] ?? 0
    order[index] = order[other] ?? 0
    order[other] = kept
  }
}
