/** A value at a time, in ms. */
export type Sample = readonly [at: number, value: number]

export interface Crossing {
  readonly at: number
  readonly isRise: boolean
}

/** When the value crosses `level`, in a straight line between the samples around it. */
export function crossingsOf(samples: readonly Sample[], level: number): Crossing[] {
  const crossings: Crossing[] = []
  for (let index = 1; index < samples.length; index++) {
    const [before, after] = [samples[index - 1], samples[index]]
    if (before === undefined || after === undefined) continue
    const isRise = before[1] < level && after[1] >= level
    const isFall = before[1] >= level && after[1] < level
    if (!isRise && !isFall) continue
    const share = (level - before[1]) / (after[1] - before[1])
    crossings.push({ at: before[0] + share * (after[0] - before[0]), isRise })
  }
  return crossings
}

/** How late each wanted crossing was; one that did not come within 250 ms counts as that late. */
export function errorsOf(wanted: readonly Crossing[], seen: readonly Crossing[]): number[] {
  return wanted.map(({ at, isRise }) => {
    const errors = seen.filter((crossing) => crossing.isRise === isRise).map((crossing) => crossing.at - at)
    return errors.reduce((least, error) => (Math.abs(error) < Math.abs(least) ? error : least), missedMs)
  })
}

const missedMs = 250
