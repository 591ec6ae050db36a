/** A face as numbers. Each part of the face draws itself from one, and a morph is the way from neutral to another. */
export interface FaceShape {
  readonly left: EyeShape
  readonly right: EyeShape
  readonly brows: BrowShape
  readonly mouth: MouthShape
  /** Metres that the cheeks are up. */
  readonly cheeks: number
}

/** Edges of the lids over the eye in half eye heights; `outer` runs from -1 at the nose to 1. */
export interface EyeShape {
  upper(outer: number): number
  lower(outer: number): number
  readonly size: number
}

/** Metres and radians; a positive tilt lifts the inner ends. */
export interface BrowShape {
  readonly raise: number
  readonly tilt: number
  readonly inward: number
  readonly arch: number
}

/** Metres from the middle of the mouth. Closed where above and below are 0. */
export interface MouthShape {
  readonly halfWidth: number
  readonly above: number
  readonly below: number
  /** How far the corners are above the middle. */
  readonly smile: number
  /** 1 a drop with pointed corners, 0.5 an ellipse, less is squarer. */
  readonly pointed: number
  readonly teeth: number
  readonly tongue: number
}

const round = (outer: number): number => Math.sqrt(Math.max(0, 1 - outer * outer))
const arc = (outer: number): number => 1 - outer * outer

const open: EyeShape = { upper: round, lower: (outer) => -round(outer), size: 1 }
const line = (edge: (outer: number) => number): EyeShape => ({ upper: edge, lower: edge, size: 1 })
const closed = line((outer) => -0.3 - 0.2 * arc(outer))
const smiling = line((outer) => -0.42 + 0.72 * arc(outer))
const lidded = (edge: (outer: number) => number, lower = 0.96): EyeShape => ({
  upper: (outer) => Math.min(round(outer), edge(outer)),
  lower: (outer) => -round(outer) * lower,
  size: 1,
})

const restingBrows: BrowShape = { raise: 0, tilt: 0, inward: 0, arch: 0.006 }
const restingMouth: MouthShape = {
  halfWidth: 0.0235,
  above: 0,
  below: 0,
  smile: 0.0095,
  pointed: 0.75,
  teeth: 0,
  tongue: 0,
}

export const neutral: FaceShape = {
  left: open,
  right: open,
  brows: restingBrows,
  mouth: restingMouth,
  cheeks: 0,
}

const both = (eye: EyeShape): Pick<FaceShape, 'left' | 'right'> => ({ left: eye, right: eye })
const mouth = (shape: Partial<MouthShape>): FaceShape => ({
  ...neutral,
  mouth: { ...restingMouth, ...shape },
})
const brows = (shape: Partial<BrowShape>): BrowShape => ({ ...restingBrows, ...shape })

/** The emotions leave the mouth nearly closed, so that it can still speak on top of them. */
const emotions = {
  happy: {
    ...both(smiling),
    brows: brows({ raise: 0.007, arch: 0.009 }),
    mouth: { ...restingMouth, halfWidth: 0.034, smile: 0.0165, below: 0.009, tongue: 0.5, pointed: 0.9 },
    cheeks: 0.009,
  },
  angry: {
    ...both(lidded((outer) => 0.5 + 0.38 * outer)),
    brows: brows({ raise: -0.011, tilt: -0.5, inward: 0.008, arch: 0.002 }),
    mouth: { ...restingMouth, halfWidth: 0.0165, smile: -0.0075 },
    cheeks: 0,
  },
  sad: {
    ...both(lidded((outer) => 0.66 - 0.26 * outer)),
    brows: brows({ raise: -0.001, tilt: 0.5, inward: 0.006, arch: 0.003 }),
    mouth: { ...restingMouth, halfWidth: 0.019, smile: -0.0085 },
    cheeks: -0.002,
  },
  relaxed: {
    ...both(lidded((outer) => 0.3 + 0.3 * arc(outer), 0.93)),
    brows: brows({ raise: -0.003, arch: 0.004 }),
    mouth: { ...restingMouth, halfWidth: 0.024, smile: 0.0115 },
    cheeks: 0.002,
  },
  surprised: {
    ...both({ ...open, size: 1.13 }),
    brows: brows({ raise: 0.011, arch: 0.0095 }),
    mouth: { ...restingMouth, halfWidth: 0.0105, smile: 0, above: 0.0075, below: 0.013, pointed: 0.5 },
    cheeks: 0,
  },
} satisfies Record<string, FaceShape>

const vowels = {
  aa: mouth({ halfWidth: 0.031, above: 0.011, below: 0.036, smile: 0.002, pointed: 0.5, tongue: 1 }),
  ih: mouth({ halfWidth: 0.037, above: 0.005, below: 0.0115, smile: 0.003, pointed: 0.34, teeth: 1 }),
  ou: mouth({ halfWidth: 0.0135, above: 0.01, below: 0.014, smile: 0, pointed: 0.5 }),
  ee: mouth({
    halfWidth: 0.043,
    above: 0.001,
    below: 0.023,
    smile: 0.013,
    pointed: 0.55,
    teeth: 1,
    tongue: 0.6,
  }),
  oh: mouth({ halfWidth: 0.0205, above: 0.016, below: 0.031, smile: 0, pointed: 0.5, tongue: 0.7 }),
} satisfies Record<string, FaceShape>

/** What the morphs of the face lead to. */
export const faceShapes = {
  ...emotions,
  ...vowels,
  blinkLeft: { ...neutral, left: closed },
  blinkRight: { ...neutral, right: closed },
} as const satisfies Record<string, FaceShape>

export type MorphName = keyof typeof faceShapes
