import type { Vec2 } from '../geometry/vector.ts'
import { Canvas, everywhere, flat, type Region, stroke, uvIn } from './canvas.ts'
import { type Colour, gradient, hex, mixColours, palette } from './colour.ts'

const size = { width: 512, height: 512 }
const region = (x: number, y: number, width: number, height: number): Region => ({ x, y, width, height })

/** Everything that has an outline shares one picture, so that it is drawn at once. */
const regions = {
  hood: region(0, 0, 256, 256),
  coat: region(256, 0, 64, 256),
  leaf: region(320, 0, 64, 128),
  leafLight: region(384, 0, 64, 128),
  hair: region(448, 0, 64, 128),
  boot: region(320, 128, 64, 64),
  mitten: region(384, 128, 64, 64),
  metal: region(448, 128, 64, 64),
  stalk: region(320, 192, 64, 64),
  gem: region(384, 192, 64, 64),
  trim: region(0, 256, 512, 32),
  cuff: region(0, 288, 256, 32),
  brim: region(0, 320, 512, 32),
} as const
export type BodyRegion = keyof typeof regions

export const bodyUv =
  (name: BodyRegion) =>
  (u: number, v: number): Vec2 =>
    uvIn(size, regions[name], [u, v])

export function paintBodyAtlas(): Canvas {
  const canvas = new Canvas(size.width, size.height, palette.cloth)
  const down = (name: BodyRegion, ...colours: Colour[]): void => {
    const shade = gradient(colours.map((colour, index) => [index / (colours.length - 1), colour]))
    canvas.fill(regions[name], everywhere, (_x, y) => shade(y / regions[name].height))
  }
  down('hood', hex('#23616D'), hex('#277684'), hex('#2A7D8A'), hex('#287886'), hex('#236C79'))
  down('coat', hex('#2F8593'), hex('#27727F'), hex('#1F5F6B'), hex('#1A535E'))
  lightenSleeves(canvas)
  down('hair', palette.hair, hex('#B67544'), palette.hairLight, hex('#DCA468'))
  down('boot', hex('#1E5C68'), hex('#184E59'))
  canvas.fill(regions.boot, (_x, y) => 46 - y, flat(hex('#D99A45')))
  canvas.fill(regions.boot, (_x, y) => Math.abs(y - 46) - 1, flat(hex('#8A5A2E')))
  down('mitten', hex('#EDAA4E'), palette.amber, hex('#F8C878'))
  down('metal', hex('#2A7582'), hex('#184E59'))
  down('stalk', hex('#2C7683'), hex('#35858F'))
  down('gem', hex('#FFE3A1'), palette.amber, hex('#E0923A'))
  for (const name of ['trim', 'cuff', 'brim'] as const)
    down(name, hex('#F8C878'), palette.amber, hex('#E6A448'))
  sew(canvas)
  stitch(canvas, regions.trim, 44)
  paintLeaf(canvas, regions.leaf, palette.leaf)
  paintLeaf(canvas, regions.leafLight, palette.leafLight)
  return canvas
}

/** The coat's right side belongs to the sleeves, which lighten towards the hands to stand out from the trunk. */
function lightenSleeves(canvas: Canvas): void {
  const light = hex('#3E9AA7')
  canvas.fill(regions.coat, everywhere, (x) => {
    const share = Math.max(0, x / regions.coat.width - 0.52) / 0.46
    return [light[0], light[1], light[2], Math.min(1, share)]
  })
}

/** A seam over the hood from front to back, and a thread around its opening. */
function sew(canvas: Canvas): void {
  const { hood } = regions
  canvas.fill(hood, (x) => Math.abs(x - hood.width / 4) - 0.4, flat(hex('#15464F', 0.75)))
  const pitch = hood.width / 36
  for (let index = 0; index < 36; index++) {
    const thread = stroke(
      [
        [(index + 0.28) * pitch, 20],
        [(index + 0.72) * pitch, 20],
      ],
      2.6,
    )
    canvas.fill(hood, thread, flat(hex('#F4B860', 0.85)))
  }
}

/** Short threads along the middle of a hem. */
function stitch(canvas: Canvas, at: Region, count: number): void {
  const pitch = at.width / count
  for (let index = 0; index < count; index++) {
    const [from, to] = [(index + 0.28) * pitch, (index + 0.72) * pitch]
    const thread = stroke(
      [
        [from, at.height * 0.5],
        [to, at.height * 0.5],
      ],
      3,
    )
    canvas.fill(at, thread, flat(hex('#C57F2C', 0.8)))
  }
}

/** Tip at the bottom; a rib, five pairs of veins, a paler edge. */
function paintLeaf(canvas: Canvas, at: Region, colour: Colour): void {
  const dark = mixColours(colour, hex('#3F7D5C'), 0.75)
  const pale = mixColours(colour, hex('#D5EFCF'), 0.5)
  const middle = at.width / 2
  canvas.fill(at, everywhere, (x, y) =>
    mixColours(
      mixColours(dark, colour, Math.min(1, y / 40)),
      pale,
      (Math.abs(x - middle) / middle) ** 4 * 0.8,
    ),
  )
  for (let pair = 0; pair < 5; pair++)
    for (const side of [-1, 1]) {
      const y = 22 + pair * 19
      const vein = stroke(
        [
          [middle, y],
          [middle + side * 10, y + 7],
          [middle + side * 19, y + 17],
        ],
        1.6,
      )
      canvas.fill(at, vein, flat([dark[0], dark[1], dark[2], 0.55]))
    }
  canvas.fill(
    at,
    stroke(
      [
        [middle, 0],
        [middle, 118],
      ],
      3,
    ),
    flat([dark[0], dark[1], dark[2], 0.85]),
  )
}
