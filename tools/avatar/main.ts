// Writes assets/avatar/lumi.vrm and wave.vrma: `node tools/avatar/main.ts`.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { buildLumi } from './lumi.ts'
import { buildWave } from './wave.ts'

const folder = new URL('../../assets/avatar/', import.meta.url)
const thumbnail = await readFile(new URL('thumbnail.jpg', import.meta.url)).catch(() => undefined)
await mkdir(folder, { recursive: true })
await write('lumi.vrm', buildLumi(thumbnail))
await write('wave.vrma', buildWave())

async function write(name: string, bytes: Uint8Array): Promise<void> {
  await writeFile(new URL(name, folder), bytes)
  process.stdout.write(`assets/avatar/${name}: ${bytes.length} bytes\n`)
}
