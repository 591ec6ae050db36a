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
useFlagsOf(process.argv[2])
enableCompileCache()
await import('../src/main.ts')

/**
 * Some roles want other flags than `npm start` gives, and V8 takes them only at the start of a process: this one is
 * replaced by itself, with the same id. What waits for a token in a worker outlives a small young generation and costs
 * a quarter of its time; web and bot idle most of the time, in little memory.
 */
function useFlagsOf(role) {
  const flag = { worker: '--max-semi-space-size=16' }[role]
  if (flag === undefined || process.execArgv.includes(flag) || process.execve === undefined) return
  const others = process.execArgv.filter((given) => !given.startsWith('--max-semi-space-size'))
  const { execPath, argv, env } = process
  process.execve(execPath, [execPath, ...others, flag, ...argv.slice(1)], env)
}
