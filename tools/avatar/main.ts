// Writes assets/avatar/lumi.vrm: `node tools/avatar/main.ts`.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { buildLumi } from './lumi.ts'

const folder = new URL('../../assets/avatar/', import.meta.url)
const thumbnail = await readFile(new URL('thumbnail.jpg', import.meta.url)).catch(() => undefined)
const bytes = buildLumi(thumbnail)
await mkdir(folder, { recursive: true })
await writeFile(new URL('lumi.vrm', folder), bytes)
process.stdout.write(`assets/avatar/lumi.vrm: ${bytes.length} bytes\n`)
