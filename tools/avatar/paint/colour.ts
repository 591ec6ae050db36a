import { mix } from '../geometry/vector.ts'

/** sRGB with straight alpha, 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number]

export function hex(code: string, alpha = 1): Colour {
  const channel = (at: number): number => Number.parseInt(code.slice(at, at + 2), 16) / 255
  return [channel(1), channel(3), channel(5), alpha]
}

export const mixColours = (a: Colour, b: Colour, t: number): Colour => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
  mix(a[3], b[3], t),
]

/** Stops are `[at, colour]` in ascending order. */
export function gradient(stops: readonly (readonly [number, Colour])[]): (at: number) => Colour {
  return (at) => {
    const next = stops.findIndex(([place]) => place >= at)
    const [from, to] = [stops[next === -1 ? stops.length - 1 : next - 1], stops[next]]
    if (from === undefined) return to?.[1] ?? [0, 0, 0, 0]
    if (to === undefined) return from[1]
    return mixColours(from[1], to[1], (at - from[0]) / (to[0] - from[0]))
  }
}

/** As glTF wants its factors. */
export function linear([red, green, blue]: Colour): [number, number, number] {
  const decode = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  return [round(decode(red)), round(decode(green)), round(decode(blue))]
}

const round = (value: number): number => Math.round(value * 1e5) / 1e5

export const palette = {
  skin: hex('#FBEFE3'),
  cloth: hex('#1F5F6B'),
  clothLight: hex('#3A8793'),
  clothDark: hex('#184E59'),
  amber: hex('#F4B860'),
  amberDark: hex('#DF9A40'),
  light: hex('#FFD98A'),
  outline: hex('#4A2F2A'),
  hair: hex('#A8673C'),
  hairLight: hex('#CF9259'),
  leaf: hex('#6FAE86'),
  leafLight: hex('#8CC49C'),
  blush: hex('#EE8F78'),
} as const
