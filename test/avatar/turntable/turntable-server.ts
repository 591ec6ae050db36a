import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const root = new URL('../../../', import.meta.url)

/** What the page may load; the rest of the project is not served. */
const files: Readonly<Record<string, string>> = {
  '/': 'test/avatar/turntable/page.html',
  '/page.js': 'test/avatar/turntable/page.js',
  '/lumi.vrm': 'assets/avatar/lumi.vrm',
  '/wave.vrma': 'assets/avatar/wave.vrma',
}
const folders: Readonly<Record<string, string>> = {
  '/three/': 'node_modules/three/build/',
  '/addons/': 'node_modules/three/examples/jsm/',
  '/vrm/': 'node_modules/@pixiv/three-vrm/lib/',
  '/vrma/': 'node_modules/@pixiv/three-vrm-animation/lib/',
}
const types: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript' }

export interface TurntableServer extends AsyncDisposable {
  readonly origin: string
  /** Serves these bytes too, under this path. */
  offer(path: string, bytes: Uint8Array): void
}

/** Serves the turntable page on a free loopback port. */
export async function serveTurntable(): Promise<TurntableServer> {
  const offered = new Map<string, Uint8Array>()
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://local').pathname
    const body = offered.get(path) ?? (await readServed(path))
    if (body === undefined) return void response.writeHead(404).end()
    const type = types[path === '/' ? 'html' : (path.split('.').at(-1) ?? '')] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type }).end(body)
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    offer: (path, bytes) => void offered.set(path, bytes),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

async function readServed(path: string): Promise<Uint8Array | undefined> {
  const folder = Object.keys(folders).find((start) => path.startsWith(start))
  const file = files[path] ?? (folder && `${folders[folder]}${path.slice(folder.length)}`)
  if (file === undefined) return undefined
  return await readFile(new URL(file, root)).catch(() => undefined)
}
