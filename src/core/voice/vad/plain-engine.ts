import { readFile } from 'node:fs/promises'
import { readFloatTensors } from './onnx-tensors.ts'
import { inputSamples, SileroNetwork, stateLength } from './silero-network.ts'
import type { VadEngine } from './vad-engine.ts'

/** For platforms that ONNX Runtime has no library for: no dependency, several times the processor time. */
export async function openPlainEngine(weightsFile: string): Promise<VadEngine> {
  const network = new SileroNetwork(readFloatTensors(await readFile(weightsFile)))
  return {
    name: 'plain TypeScript',
    async run({ inputs, states, probabilities }, count) {
      for (let index = 0; index < count; index += 1)
        probabilities[index] = network.run(
          inputs.subarray(index * inputSamples, (index + 1) * inputSamples),
          states.subarray(index * stateLength, (index + 1) * stateLength),
        )
    },
  }
}
