import type { Vec2 } from '../geometry/vector.ts'
import { Canvas, ellipse, everywhere, flat, type Region, uvIn } from './canvas.ts'
import { type Colour, gradient, hex, palette } from './colour.ts'

const size = { width: 512, height: 512 }
const region = (x: number, y: number, width: number, height: number): Region => ({ x, y, width, height })

const regions = {
  skin: region(0, 0, 256, 256),
  iris: region(256, 0, 256, 256),
  lash: region(0, 256, 32, 32),
  brow: region(32, 256, 32, 32),
  mouth: region(64, 256, 32, 32),
  tongue: region(96, 256, 32, 32),
  teeth: region(128, 256, 32, 32),
  lip: region(160, 256, 32, 32),
} as const
export type FaceRegion = keyof typeof regions

export const faceUv = (name: FaceRegion, u = 0.5, v = 0.5): Vec2 => uvIn(size, regions[name], [u, v])

export function paintFaceAtlas(): Canvas {
  const canvas = new Canvas(size.width, size.height, palette.skin)
  const swatch = (name: FaceRegion, colour: Colour): void =>
    canvas.fill(regions[name], everywhere, flat(colour))
  paintSkin(canvas)
  paintIris(canvas)
  swatch('lash', hex('#3A211E'))
  swatch('brow', hex('#8A5535'))
  swatch('mouth', hex('#5B2722'))
  swatch('tongue', hex('#E07A6C'))
  swatch('teeth', hex('#FFFAF2'))
  swatch('lip', hex('#4A2F2A'))
  return canvas
}

/** Seen from the front: light in the middle, warmer towards the hood. */
function paintSkin(canvas: Canvas): void {
  const { width, height } = regions.skin
  const tone = gradient([
    [0, hex('#FFF7EE')],
    [0.55, palette.skin],
    [0.85, hex('#F6E0CD')],
    [1, hex('#E9C7AC')],
  ])
  canvas.fill(regions.skin, everywhere, (x, y) =>
    tone(Math.min(1, Math.hypot(x / width - 0.5, (y / height - 0.52) * 0.98) * 2)),
  )
}

/** Dark above, glowing below, as if the lantern were mirrored in it. */
function paintIris(canvas: Canvas): void {
  const { width, height } = regions.iris
  const depth = gradient([
    [0, hex('#23110F')],
    [0.4, hex('#4A2A20')],
    [0.68, hex('#8E5228')],
    [0.9, hex('#E0A04C')],
    [1, hex('#F2BE6A')],
  ])
  canvas.fill(regions.iris, everywhere, flat(hex('#2E1815')))
  canvas.fill(regions.iris, ellipse(width / 2, height / 2, width * 0.455, height * 0.462), (_x, y) =>
    depth(y / height),
  )
}
