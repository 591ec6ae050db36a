import { expect, test } from 'vitest'
import { VadFailedError } from '#core/voice/vad/errors.ts'
import { VadThread } from '#core/voice/vad/vad-thread.ts'

test('a thread that was stopped in the middle of a run starts again with the next', async () => {
  await using thread = new VadThread(true)
  const run = thread.run(1)
  await Promise.all([expect(run).rejects.toThrow(VadFailedError), thread[Symbol.asyncDispose]()])
  expect(thread.isRunning).toBe(false)
  await thread.run(1)
  expect(thread.isRunning).toBe(true)
  expect(thread.engineName).toBe('plain TypeScript')
})
