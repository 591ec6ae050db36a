import { expect, it } from 'vitest'
import { createLogger } from '#core/telemetry/logger.ts'

function collect(level: 'debug' | 'warn' = 'debug') {
  const lines: string[] = []
  return { lines, logger: createLogger({ level, write: (line) => lines.push(line) }) }
}

it('writes one JSON object per line with constant message and fields', () => {
  const { lines, logger } = collect()
  logger.info('turn finished', { durationMs: 12 })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    message: 'turn finished',
    durationMs: 12,
  })
})

it("adds a child's fields to each of its lines", () => {
  const { lines, logger } = collect()
  logger.child({ turnId: 't1' }).child({ attempt: 2 }).warn('turn failed')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ turnId: 't1', attempt: 2 })
})

it('keeps hostile line breaks and terminal codes inside their field', () => {
  const { lines, logger } = collect()
  logger.info('joined', { name: 'eve\n{"level":"error"}\u001b[2J' })
  const line = lines[0]?.trimEnd() ?? ''
  for (const character of ['\n', '\u001b']) expect(line).not.toContain(character)
})

it('shows an error with its cause and leaves out what is below its level', () => {
  const { lines, logger } = collect('warn')
  logger.info('not shown')
  logger.error('broken', { error: new Error('outer', { cause: new Error('inner') }) })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '').error).toMatchObject({ message: 'outer', cause: { message: 'inner' } })
})
