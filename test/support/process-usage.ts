import { readFileSync } from 'node:fs'

export interface ProcessUsage {
  /** User and system time since the process began, with that of its children which have ended. */
  readonly cpuSeconds: number
  readonly rssMiB: number
  readonly peakRssMiB: number
}

/** The kernel's clock ticks per second as it shows them to programs; 100 on every Linux that Node supports. */
const ticksPerSecond = 100

/** Reads /proc (proc(5)), so it also works for processes that are not ours, such as nats-server. */
export function readUsage(pid: number): ProcessUsage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    cpuSeconds: cpuSecondsOf(pid),
    rssMiB: kibOf(status, 'VmRSS') / 1024,
    peakRssMiB: kibOf(status, 'VmHWM') / 1024,
  }
}

function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name, in parentheses, may hold spaces; utime, stime, cutime and cstime are fields 14 to 17, counted from 1.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return ticks / ticksPerSecond
}

function kibOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
}

/** The processes that this one started, and theirs: PostgreSQL forks one per connection. */
export function descendantsOf(pid: number): number[] {
  const children = readChildren(pid)
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

function readChildren(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    // It ended meanwhile.
    return []
  }
}
