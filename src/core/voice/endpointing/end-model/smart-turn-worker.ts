import { parentPort, workerData } from 'node:worker_threads'
import { computeLogMel, melBands, melFrames } from './log-mel.ts'

/** The other side is smart-turn.ts: one probability for each sound, in order. */
export interface SmartTurnWorkerData {
  readonly modelFile: string
}

export type SmartTurnReply = { readonly probability: number } | { readonly failure: string }

if (!parentPort) throw new Error('this file runs in a worker thread')
const port = parentPort
const { modelFile }: SmartTurnWorkerData = workerData
const onnx = await import('onnxruntime-node')
const session = await onnx.InferenceSession.create(modelFile, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
})
// The weights are warm before the first pause: silence is as good as anything.
await judge(new Int16Array(0))
port.postMessage({ probability: Number.NaN } satisfies SmartTurnReply)

port.on('message', async (samples: Int16Array) => {
  port.postMessage(await judge(samples))
})

async function judge(samples: Int16Array): Promise<SmartTurnReply> {
  try {
    const features = new onnx.Tensor('float32', computeLogMel(samples), [1, melBands, melFrames])
    const [inputName = 'input_features'] = session.inputNames
    const results = await session.run({ [inputName]: features })
    const output = results[session.outputNames[0] ?? 'logits']?.data
    if (output instanceof Float32Array && output[0] !== undefined) return { probability: output[0] }
    return { failure: 'no probability' }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : 'unknown' }
  }
}
