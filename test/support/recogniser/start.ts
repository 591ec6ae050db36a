import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Recogniser extends AsyncDisposable {
  readonly url: string
}

const script = fileURLToPath(new URL('./serve.py', import.meta.url))

/** A real recogniser (see serve.py) under this Python; undefined where it lacks the packages. */
export async function startRecogniser(python: string): Promise<Recogniser | undefined> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const exited = once(child, 'exit').catch(() => undefined)
  const line = Promise.withResolvers<string | undefined>()
  createInterface(child.stdout).once('line', line.resolve)
  const url = await Promise.race([line.promise, exited.then(() => undefined)])
  if (url === undefined) return undefined
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await exited
    },
  }
}
