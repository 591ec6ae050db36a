import { joinMeshes, type Mesh } from '../geometry/mesh.ts'
import { mix, type Vec2 } from '../geometry/vector.ts'
import { type FaceRegion, faceUv } from '../paint/face-atlas.ts'
import type { MouthShape } from './face-shape.ts'
import { meshOfFeature } from './feature.ts'

const middle = { x: 0, y: -0.103 } as const
const lifts = { inside: 0.0012, tongue: 0.0018, teeth: 0.002, lip: 0.0027 } as const
const lipHalfThickness = 0.0021

/** Upper or lower edge at `across` from -1 to 1. */
function edge(
  { halfWidth, above, below, smile, pointed }: MouthShape,
  across: number,
  isUpper: boolean,
): Vec2 {
  const bulge = Math.max(0, 1 - across * across) ** pointed
  return [across * halfWidth, smile * across * across - smile * 0.4 + bulge * (isUpper ? above : -below)]
}

/** Denser at the corners, where the edge turns. */
const across = (u: number): number => -Math.cos(Math.PI * u)

interface Strip {
  readonly region: FaceRegion
  readonly lift: number
  readonly rows: number
  /** 0 the lower edge, 1 the upper: from where to where the strip reaches at a place along the mouth. */
  reach(mouth: MouthShape, at: number): readonly [from: number, to: number]
}

function strip({ region, lift, rows, reach }: Strip): Mesh {
  return meshOfFeature({
    columns: 24,
    rows,
    place: ({ mouth }, u, v) => {
      const at = across(u)
      const [x, upper] = edge(mouth, at, true)
      const [, lower] = edge(mouth, at, false)
      const [from, to] = reach(mouth, at)
      return [middle.x + x, middle.y + mix(lower, upper, mix(from, to, v)), lift]
    },
    uv: () => faceUv(region),
  })
}

const inside = (): Mesh => strip({ region: 'mouth', lift: lifts.inside, rows: 2, reach: () => [0, 1] })

const tongue = (): Mesh =>
  strip({
    region: 'tongue',
    lift: lifts.tongue,
    rows: 2,
    reach: ({ tongue: size }, at) => [0, 0.46 * size * Math.max(0, 1 - (at / 0.86) ** 2) ** 0.6],
  })

const teeth = (): Mesh =>
  strip({
    region: 'teeth',
    lift: lifts.teeth,
    rows: 1,
    reach: ({ teeth: size, above, below }, at) => {
      const height = Math.min(0.55, 0.0065 / Math.max(1e-6, above + below))
      return [1 - height * size * Math.max(0, 1 - (at / 0.94) ** 4) ** 0.5, 1]
    },
  })

/** A line of even thickness around the opening, once around from the right corner over the top. */
function lip(): Mesh {
  return meshOfFeature({
    columns: 64,
    rows: 2,
    place: ({ mouth }, u, v) => {
      const [x, y] = contour(mouth, u)
      const [outX, outY] = contourNormal(mouth, u)
      const away = (1 - 2 * v) * lipHalfThickness
      return [middle.x + x + outX * away, middle.y + y + outY * away, lifts.lip]
    },
    uv: () => faceUv('lip'),
  })
}

/** Never quite closed, or the line would have no inner and outer side. */
function contour(mouth: MouthShape, u: number): Vec2 {
  const ajar = { ...mouth, above: mouth.above + 2e-4, below: mouth.below + 2e-4 }
  return u < 0.5 ? edge(ajar, across(u * 2), false) : edge(ajar, -across(u * 2 - 1), true)
}

function contourNormal(mouth: MouthShape, u: number): Vec2 {
  const step = 4e-3
  const [fromX, fromY] = contour(mouth, (u - step + 1) % 1)
  const [toX, toY] = contour(mouth, (u + step) % 1)
  const size = Math.hypot(toX - fromX, toY - fromY) || 1
  return [(toY - fromY) / size, (fromX - toX) / size]
}

export const mouth = (): Mesh => joinMeshes([inside(), tongue(), teeth(), lip()])
