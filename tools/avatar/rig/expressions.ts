import type { MorphName } from '../face/face-shape.ts'
import { type Colour, hex, linear } from '../paint/colour.ts'

export type MaterialName = 'Lumi' | 'Face' | 'Gaze' | 'Blush' | 'Lantern' | 'Halo'

export interface ColourBind {
  readonly material: MaterialName
  readonly type: 'color' | 'emissionColor' | 'matcapColor'
  readonly targetValue: readonly [number, number, number, number]
}

export interface Expression {
  readonly morphs: readonly MorphName[]
  readonly colours?: readonly ColourBind[]
  /** How the pupils slide, in widths of the eye; positive is to the character's left, and up. */
  readonly gaze?: readonly [aside: number, up: number]
  readonly overrideBlink?: 'block'
}

const colour = (material: MaterialName, type: ColourBind['type'], to: Colour): ColourBind => ({
  material,
  type,
  targetValue: [...linear(to), to[3]],
})
const blush = (alpha: number): ColourBind => colour('Blush', 'color', hex('#FFFFFF', alpha))
const halo = (alpha: number): ColourBind => colour('Halo', 'color', hex('#FFFFFF', alpha))

/** Strength at rest; the expressions below change it. */
export const restingAlpha: { readonly Blush: number; readonly Halo: number } = { Blush: 0.5, Halo: 0.42 }
export const restingGlow: Colour = hex('#42240A')

/** The presets of VRM 1.0, by name. */
export const presets: Readonly<Record<string, Expression>> = {
  happy: { morphs: ['happy'], colours: [blush(0.95)], overrideBlink: 'block' },
  angry: { morphs: ['angry'], colours: [blush(0.62)] },
  sad: { morphs: ['sad'], gaze: [0, -0.09], colours: [blush(0.3), halo(0.2)] },
  relaxed: { morphs: ['relaxed'], gaze: [0, -0.02] },
  surprised: { morphs: ['surprised'], colours: [halo(0.8)] },
  neutral: { morphs: [] },
  aa: { morphs: ['aa'] },
  ih: { morphs: ['ih'] },
  ou: { morphs: ['ou'] },
  ee: { morphs: ['ee'] },
  oh: { morphs: ['oh'] },
  blink: { morphs: ['blinkLeft', 'blinkRight'] },
  blinkLeft: { morphs: ['blinkLeft'] },
  blinkRight: { morphs: ['blinkRight'] },
  lookUp: { morphs: [], gaze: [0, 0.13] },
  lookDown: { morphs: [], gaze: [0, -0.14] },
  lookLeft: { morphs: [], gaze: [0.17, 0] },
  lookRight: { morphs: [], gaze: [-0.17, 0] },
}

/** Ours: the light of the lantern, from an ember over its rest to bright. */
export const custom: Readonly<Record<string, Expression>> = {
  lanternBright: {
    morphs: [],
    colours: [
      halo(1),
      colour('Lantern', 'color', hex('#FFC46C')),
      colour('Lantern', 'emissionColor', hex('#7C5E42')),
      colour('Lantern', 'matcapColor', hex('#FFFFFF')),
    ],
  },
  lanternEmber: {
    morphs: [],
    colours: [
      halo(0.04),
      colour('Lantern', 'emissionColor', hex('#1A0500')),
      colour('Lantern', 'matcapColor', hex('#7A2A10')),
      colour('Lantern', 'color', hex('#5A2A1C')),
    ],
  },
}
