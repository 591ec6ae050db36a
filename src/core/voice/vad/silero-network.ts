import { dotProduct } from '../pcm/dot-product.ts'
import { VadWeightsError } from './errors.ts'

/** Samples of the window before, in front of each window. */
export const contextSamples = 64
export const inputSamples = 512 + contextSamples
/** The LSTM's memory: 128 of what it says, then 128 of what it keeps. */
export const stateLength = 256

const [frameLength, hop, bins, hidden] = [256, 128, 129, 128]

interface Layer {
  readonly inputs: number
  readonly outputs: number
  readonly stride: number
  readonly weights: Float64Array
  readonly bias: Float64Array
  readonly column: Float64Array
}

/**
 * Silero VAD v5 for 16 kHz, one window at a time: short-time Fourier transform as a convolution, four convolutions of
 * width 3, one LSTM cell, one output. The same numbers as ONNX Runtime to within rounding, without a native library.
 */
export class SileroNetwork {
  readonly #basis: Float64Array
  readonly #layers: readonly Layer[]
  readonly #lstm: { readonly input: Float64Array; readonly memory: Float64Array; readonly bias: Float64Array }
  readonly #output: { readonly weights: Float64Array; readonly bias: number }
  readonly #padded = new Float64Array(inputSamples + 64)
  readonly #gates = new Float64Array(4 * hidden)
  readonly #heard = new Float64Array(hidden)

  constructor(tensors: ReadonlyMap<string, Float64Array>) {
    const take = (name: string, length: number) => takeTensor(tensors, name, length)
    this.#basis = take('model.stft.forward_basis_buffer', 2 * bins * frameLength)
    this.#layers = [
      { inputs: bins, outputs: 128, stride: 1 },
      { inputs: 128, outputs: 64, stride: 2 },
      { inputs: 64, outputs: 64, stride: 2 },
      { inputs: 64, outputs: 128, stride: 1 },
    ].map((shape, index) => createLayer(shape, `model.encoder.${index}.reparam_conv`, take))
    const [inputBias, memoryBias] = [
      take('model.decoder.rnn.bias_ih', 4 * hidden),
      take('model.decoder.rnn.bias_hh', 4 * hidden),
    ]
    this.#lstm = {
      input: take('model.decoder.rnn.weight_ih', 4 * hidden * hidden),
      memory: take('model.decoder.rnn.weight_hh', 4 * hidden * hidden),
      bias: inputBias.map((value, index) => value + (memoryBias[index] ?? 0)),
    }
    this.#output = {
      weights: take('model.decoder.decoder.2.weight', hidden),
      bias: take('model.decoder.decoder.2.bias', 1)[0] ?? 0,
    }
  }

  /** `input` has {@link inputSamples} in -1 to 1; `state` ({@link stateLength}) is brought forward in place. */
  run(input: ArrayLike<number>, state: Float32Array): number {
    let features = this.#spectrum(input)
    for (const layer of this.#layers) features = convolve(features, layer)
    return this.#decode(features[0] ?? new Float64Array(hidden), state)
  }

  /** Four columns of magnitudes. The end is padded with its mirror image. */
  #spectrum(input: ArrayLike<number>): Float64Array[] {
    const padded = this.#padded
    padded.set(input)
    for (let index = 0; index < 64; index += 1)
      padded[inputSamples + index] = padded[inputSamples - 2 - index] ?? 0
    return Array.from({ length: 4 }, (_, column) =>
      Float64Array.from({ length: bins }, (_, bin) =>
        Math.hypot(this.#project(bin, column), this.#project(bins + bin, column)),
      ),
    )
  }

  #project(row: number, column: number): number {
    return dotProduct(this.#basis, row * frameLength, this.#padded, column * hop, frameLength)
  }

  #decode(features: Float64Array, state: Float32Array): number {
    const { input, memory, bias } = this.#lstm
    this.#heard.set(state.subarray(0, hidden))
    for (let row = 0; row < 4 * hidden; row += 1)
      this.#gates[row] =
        (bias[row] ?? 0) +
        dotProduct(input, row * hidden, features, 0, hidden) +
        dotProduct(memory, row * hidden, this.#heard, 0, hidden)
    let sum = this.#output.bias
    for (let unit = 0; unit < hidden; unit += 1)
      sum += (this.#output.weights[unit] ?? 0) * Math.max(0, this.#stepUnit(unit, state))
    return sigmoid(sum)
  }

  /** Gates in PyTorch's order: input, forget, cell, output. */
  #stepUnit(unit: number, state: Float32Array): number {
    const gate = (index: number) => this.#gates[index * hidden + unit] ?? 0
    const kept = sigmoid(gate(1)) * (state[hidden + unit] ?? 0) + sigmoid(gate(0)) * Math.tanh(gate(2))
    const said = sigmoid(gate(3)) * Math.tanh(kept)
    state[hidden + unit] = kept
    state[unit] = said
    return said
  }
}

function takeTensor(tensors: ReadonlyMap<string, Float64Array>, name: string, length: number): Float64Array {
  const tensor = tensors.get(name)
  if (tensor?.length !== length) throw new VadWeightsError(name)
  return tensor
}

/** Rows of `3 × inputs` weights, filled up with zeros to a multiple of four. */
function createLayer(
  shape: Pick<Layer, 'inputs' | 'outputs' | 'stride'>,
  name: string,
  take: (name: string, length: number) => Float64Array,
): Layer {
  const width = 3 * shape.inputs
  const rowLength = 4 * Math.ceil(width / 4)
  const stored = take(`${name}.weight`, shape.outputs * width)
  const weights = new Float64Array(shape.outputs * rowLength)
  for (let row = 0; row < shape.outputs; row += 1)
    weights.set(stored.subarray(row * width, (row + 1) * width), row * rowLength)
  return { ...shape, weights, bias: take(`${name}.bias`, shape.outputs), column: new Float64Array(rowLength) }
}

/** Width 3, one column of zeros on each side, then ReLU. */
function convolve(columns: readonly Float64Array[], layer: Layer): Float64Array[] {
  const { inputs, outputs, stride, weights, bias, column } = layer
  return Array.from({ length: Math.ceil(columns.length / stride) }, (_, place) => {
    for (let tap = 0; tap < 3; tap += 1) {
      const source = columns[place * stride + tap - 1]
      for (let channel = 0; channel < inputs; channel += 1) column[channel * 3 + tap] = source?.[channel] ?? 0
    }
    return Float64Array.from({ length: outputs }, (_, row) =>
      Math.max(0, (bias[row] ?? 0) + dotProduct(weights, row * column.length, column, 0, column.length)),
    )
  })
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
