import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { VadWeightsError } from './errors.ts'
import { inputSamples, stateLength } from './silero-network.ts'
import type { VadBatch, VadEngine } from './vad-engine.ts'

/** Windows of a few speakers take a tenth of a millisecond each; more threads would only wait for each other. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Batches come in many sizes, and an arena keeps the largest of each.
  enableCpuMemArena: false,
}

const half = stateLength / 2

/** Rejects where the optional package, or its native library, is missing. `run` computes on the calling thread. */
export async function openOnnxEngine(weightsFile: string): Promise<VadEngine> {
  const onnx = await import('onnxruntime-node')
  const session = await onnx.InferenceSession.create(weightsFile, sessionOptions)
  const rate = new onnx.Tensor('int64', BigInt64Array.of(16_000n), [])

  async function run(batch: VadBatch, count: number): Promise<void> {
    // Copies: tensors do not take shared memory.
    const input = Float32Array.from(batch.inputs.subarray(0, count * inputSamples))
    const results = await session.run({
      input: new onnx.Tensor('float32', input, [count, inputSamples]),
      state: new onnx.Tensor('float32', gatherStates(batch.states, count), [2, count, half]),
      sr: rate,
    })
    batch.probabilities.set(floats(results.output, 'output'))
    scatterStates(floats(results.stateN, 'stateN'), batch.states, count)
  }

  return { name: 'onnxruntime', run }
}

/** The model wants the first halves of all, then the second halves of all. */
function gatherStates(states: Float32Array, count: number): Float32Array {
  const gathered = new Float32Array(count * stateLength)
  for (let index = 0; index < 2 * count; index += 1)
    gathered.set(halfOf(states, index), placeOfHalf(index, count))
  return gathered
}

function scatterStates(gathered: Float32Array, states: Float32Array, count: number): void {
  for (let index = 0; index < 2 * count; index += 1) {
    const from = placeOfHalf(index, count)
    halfOf(states, index).set(gathered.subarray(from, from + half))
  }
}

function halfOf(states: Float32Array, index: number): Float32Array {
  return states.subarray(index * half, (index + 1) * half)
}

function placeOfHalf(index: number, count: number): number {
  return ((index % 2) * count + (index >> 1)) * half
}

function floats(tensor: Tensor | undefined, name: string): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data
  throw new VadWeightsError(name)
}
