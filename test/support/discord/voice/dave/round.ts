/** One change of the group's membership, from proposals to the commit that counts. */
export interface Round {
  /** Members that stay: they may commit, and get the commit. */
  readonly staying: readonly string[]
  /** Those that get the Welcome. */
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Whether there was no group before: then one member makes it and adds the others. */
  readonly isFirst: boolean
  readonly committer: string
}

export interface Membership {
  /** Who should be in the group, in the order they came. */
  readonly wanted: readonly string[]
  /** Who is in it. */
  readonly current: readonly string[]
  /** In it, but with keys that are no good any more. */
  readonly stale: ReadonlySet<string>
  readonly prefersToCommit: (userId: string) => boolean
}

/** What must change next, if anything. A group of one is none: it takes two to begin. */
export function planRound({ wanted, current, stale, prefersToCommit }: Membership): Round | undefined {
  const choose = (able: readonly string[]) => able.find(prefersToCommit) ?? able[0]
  if (current.length === 0) {
    const founder = choose(wanted)
    if (founder === undefined || wanted.length < 2) return undefined
    const added = wanted.filter((id) => id !== founder)
    return { staying: [founder], added, removed: [], isFirst: true, committer: founder }
  }
  const staying = current.filter((id) => wanted.includes(id) && !stale.has(id))
  const added = wanted.filter((id) => !staying.includes(id))
  const removed = current.filter((id) => !staying.includes(id))
  const committer = choose(staying)
  if (committer === undefined || added.length + removed.length === 0) return undefined
  return { staying, added, removed, isFirst: false, committer }
}
