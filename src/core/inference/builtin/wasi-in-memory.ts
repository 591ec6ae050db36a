// TypeScript knows WebAssembly only from the DOM's types.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<WasmModule>
  instantiate(module: WasmModule, imports: object): Promise<{ exports: Record<string, unknown> }>
}

export interface WasmModule {
  readonly __wasmModule: never
}

export const compileWasm = (bytes: Uint8Array): Promise<WasmModule> => WebAssembly.compile(bytes)

// Numbers of WASI preview 1: https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md
const success = 0
const badDescriptor = 8
const notSupported = 58
const rootFd = 3
const fileFd = 4
const fileType = { directory: 3, regular: 4 }
const allRights = 0xffff_ffff_ffff_ffffn

/**
 * Runs a command that reads its arguments and writes one file, and returns that file. This is the little of WASI that
 * such a command needs: node:wasi is experimental and would want a real folder, but a container's file system is
 * read-only and speech does not belong on a disk.
 */
export async function runCommand(module: WasmModule, args: readonly string[]): Promise<Uint8Array> {
  const written: Uint8Array[] = []
  const encodedArgs = args.map((arg) => Buffer.from(`${arg.replaceAll('\0', ' ')}\0`))
  let memory = { buffer: new ArrayBuffer(0) }
  // Asked anew each time: the buffer is another one after the memory has grown.
  const view = () => new DataView(memory.buffer)
  const bytesAt = (start: number, length: number) => new Uint8Array(memory.buffer, start, length)

  const imports = {
    args_sizes_get(count: number, size: number) {
      view().setUint32(count, encodedArgs.length, true)
      view().setUint32(size, Buffer.concat(encodedArgs).length, true)
      return success
    },
    args_get(pointers: number, buffer: number) {
      let start = buffer
      for (const [index, arg] of encodedArgs.entries()) {
        view().setUint32(pointers + index * 4, start, true)
        bytesAt(start, arg.length).set(arg)
        start += arg.length
      }
      return success
    },
    /** One folder, the root, was opened beforehand. */
    fd_prestat_get(fd: number, prestat: number) {
      if (fd !== rootFd) return badDescriptor
      view().setUint32(prestat, 0, true)
      view().setUint32(prestat + 4, 1, true)
      return success
    },
    fd_prestat_dir_name(_fd: number, name: number, length: number) {
      bytesAt(name, length).set(Buffer.from('/'))
      return success
    },
    fd_fdstat_get(fd: number, stat: number) {
      bytesAt(stat, 24).fill(0)
      view().setUint8(stat, fd === rootFd ? fileType.directory : fileType.regular)
      view().setBigUint64(stat + 8, allRights, true)
      view().setBigUint64(stat + 16, allRights, true)
      return success
    },
    /** Whatever is opened is the one file. */
    path_open(...parameters: number[]) {
      view().setUint32(parameters.at(-1) ?? 0, fileFd, true)
      return success
    },
    fd_write(fd: number, vectors: number, count: number, total: number) {
      let sum = 0
      for (let index = 0; index < count; index += 1) {
        const start = view().getUint32(vectors + index * 8, true)
        const length = view().getUint32(vectors + index * 8 + 4, true)
        if (fd === fileFd) written.push(bytesAt(start, length).slice())
        sum += length
      }
      view().setUint32(total, sum, true)
      return success
    },
    clock_time_get(_clock: number, _precision: bigint, time: number) {
      view().setBigUint64(time, BigInt(Date.now()) * 1_000_000n, true)
      return success
    },
    fd_read: () => notSupported,
    fd_seek: () => notSupported,
    fd_fdstat_set_flags: () => success,
    fd_close: () => success,
    proc_exit(code: number) {
      throw new Exit(code)
    },
  }

  const { exports } = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports })
  const { _start: start, memory: exportedMemory } = exports
  if (typeof start !== 'function' || !isMemory(exportedMemory))
    throw new Error('this module is not a WASI command')
  memory = exportedMemory
  runToExit(() => start())
  return Buffer.concat(written)
}

class Exit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`the command ended with code ${code}`)
    this.code = code
  }
}

function runToExit(start: () => void): void {
  try {
    start()
  } catch (error) {
    if (!(error instanceof Exit) || error.code !== 0) throw error
  }
}

function isMemory(value: unknown): value is { buffer: ArrayBuffer } {
  return (
    typeof value === 'object' && value !== null && 'buffer' in value && value.buffer instanceof ArrayBuffer
  )
}
