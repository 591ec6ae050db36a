import { inputSamples, stateLength } from './silero-network.ts'

/** At most so many windows at once; those of more speakers go with the next batch, some milliseconds later. */
export const batchCapacity = 64

/** Memory that the speakers' thread and the model's thread share: written before a run, read after it. */
export interface VadBatch {
  /** {@link inputSamples} of each window after one another. */
  readonly inputs: Float32Array
  /** {@link stateLength} of each, brought forward by the run. */
  readonly states: Float32Array
  readonly probabilities: Float32Array
}

export interface VadEngine {
  readonly name: 'onnxruntime' | 'plain TypeScript'
  run(batch: VadBatch, count: number): Promise<void>
}

const floatsPerWindow = inputSamples + stateLength + 1

export function createBatchMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(batchCapacity * floatsPerWindow * Float32Array.BYTES_PER_ELEMENT)
}

export function viewBatch(memory: SharedArrayBuffer): VadBatch {
  const at = (floats: number, length: number) =>
    new Float32Array(memory, batchCapacity * floats * Float32Array.BYTES_PER_ELEMENT, batchCapacity * length)
  return {
    inputs: at(0, inputSamples),
    states: at(inputSamples, stateLength),
    probabilities: at(inputSamples + stateLength, 1),
  }
}
