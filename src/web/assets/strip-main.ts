import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { stripTypes } from './strip-types.ts'

/** The process behind strip-apart.ts: reads modules by name, writes them without types. */
const modules = z.record(z.string(), z.string()).parse(await json(process.stdin))
const stripped = Object.entries(modules).map(([name, source]) => [name, stripTypes(source)])
process.stdout.write(JSON.stringify(Object.fromEntries(stripped)))
