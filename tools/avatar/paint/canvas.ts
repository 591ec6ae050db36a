import type { Vec2 } from '../geometry/vector.ts'
import { type Colour, mixColours } from './colour.ts'

/** Pixels to the edge of a shape, negative inside. */
export type Shape = (x: number, y: number) => number
export type Paint = (x: number, y: number) => Colour

/** A part of a canvas in pixels; what is drawn with it uses 0 to 1 both ways, y down. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export class Canvas {
  readonly width: number
  readonly height: number
  readonly #pixels: Colour[]

  constructor(width: number, height: number, ground: Colour = [0, 0, 0, 0]) {
    this.width = width
    this.height = height
    this.#pixels = Array.from({ length: width * height }, () => ground)
  }

  /** Paints a shape over what is there, its edge one pixel soft. Both are asked in pixels of the region. */
  fill(region: Region, shape: Shape, paint: Paint): void {
    for (let y = 0; y < region.height; y++)
      for (let x = 0; x < region.width; x++) {
        const cover = Math.min(1, Math.max(0, 0.5 - shape(x + 0.5, y + 0.5)))
        if (cover > 0) this.#blend((region.y + y) * this.width + region.x + x, paint(x + 0.5, y + 0.5), cover)
      }
  }

  /** RGBA, eight bits each, row by row from the top. */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.#pixels.flat(), (channel) => Math.round(channel * 255))
  }

  #blend(index: number, [red, green, blue, alpha]: Colour, cover: number): void {
    const below = this.#pixels[index] ?? [0, 0, 0, 0]
    const over = alpha * cover
    const sum = over + below[3] * (1 - over)
    if (sum === 0) return
    const [r, g, b] = mixColours(below, [red, green, blue, 1], over / sum)
    this.#pixels[index] = [r, g, b, sum]
  }
}

/** Texture coordinates of a place in a region (0 to 1 each), kept one and a half pixels from its edge. */
export function uvIn(canvas: { width: number; height: number }, region: Region, [u, v]: Vec2): Vec2 {
  const inset = 1.5
  const along = (start: number, size: number, t: number): number =>
    start + inset + Math.min(1, Math.max(0, t)) * (size - 2 * inset)
  return [along(region.x, region.width, u) / canvas.width, along(region.y, region.height, v) / canvas.height]
}

export const everywhere: Shape = () => -1

export const flat =
  (colour: Colour): Paint =>
  () =>
    colour

export const ellipse =
  (centreX: number, centreY: number, radiusX: number, radiusY: number): Shape =>
  (x, y) =>
    (Math.hypot((x - centreX) / radiusX, (y - centreY) / radiusY) - 1) * Math.min(radiusX, radiusY)

/** A line through points, with round ends. */
export function stroke(points: readonly Vec2[], thickness: number): Shape {
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    for (let index = 1; index < points.length; index++)
      nearest = Math.min(nearest, toSegment(points[index - 1], points[index], x, y))
    return nearest - thickness / 2
  }
}

function toSegment(from: Vec2 = [0, 0], to: Vec2 = [0, 0], x: number, y: number): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const t = Math.min(1, Math.max(0, ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1)))
  return Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy)
}
