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
enableCompileCache()
await import('../src/main.ts')
