/** PostgreSQL's fast shutdown, its immediate one (it repairs itself at the next start), and the kernel's. */
const steps = [
  { signal: 'SIGINT', patienceMs: 5_000 },
  { signal: 'SIGQUIT', patienceMs: 2_000 },
  { signal: 'SIGKILL', patienceMs: 2_000 },
] as const

/** Stops a PostgreSQL, less and less gently when that takes long. False if it lives on. */
export async function stopInSteps(
  kill: (signal: NodeJS.Signals) => void,
  endsWithin: (patienceMs: number) => Promise<boolean>,
): Promise<boolean> {
  for (const { signal, patienceMs } of steps) {
    kill(signal)
    if (await endsWithin(patienceMs)) return true
  }
  return false
}
