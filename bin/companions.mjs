#!/usr/bin/env node
// Plain JavaScript so that an older Node can still say what it needs; everything else is TypeScript that Node 24 runs.
import { enableCompileCache } from 'node:module'

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  process.stderr.write(
    `Companions needs Node 24 or newer; this is Node ${process.versions.node}. ` +
      'Run it with `npm start`, which brings its own, or install Node 24.\n',
  )
  process.exit(1)
}
useSettingsOf(process.argv[2])
enableCompileCache()
await import('../src/main.ts')

/**
 * Some roles want other flags than `npm start` gives, and V8 and the C library take them only at the start of a
 * process: this one is replaced by itself, with the same id. What waits for a token in a worker outlives a small young
 * generation and costs a quarter of its time. Web and bot idle most of the time and should do so in little memory: with
 * a fixed threshold glibc hands large buffers back when they are freed, which it otherwise ceases to do at the first.
 */
function useSettingsOf(role) {
  const frugal = {
    flags: ['--max-semi-space-size=1', '--v8-pool-size=1'],
    variables: { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536' },
  }
  const fast = { flags: ['--max-semi-space-size=16'], variables: {} }
  const wanted = { worker: fast, web: frugal, bot: frugal }[role]
  const { execPath, execArgv, argv, env } = process
  if (wanted === undefined || process.execve === undefined) return
  if (wanted.flags.every((flag) => execArgv.includes(flag))) return
  const others = execArgv.filter((given) => !given.startsWith('--max-semi-space-size'))
  const args = [execPath, ...others, ...wanted.flags, ...argv.slice(1)]
  process.execve(execPath, args, { ...wanted.variables, ...env })
}
