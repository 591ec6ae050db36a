import { smoothstep } from '../geometry/vector.ts'
import { Canvas, ellipse, everywhere, flat } from './canvas.ts'
import { gradient, hex, mixColours, palette } from './colour.ts'

const whole = (size: number) => ({ x: 0, y: 0, width: size, height: size })

/** Pupil and highlights of an eye, transparent around them; it slides over the iris when the eye looks aside. */
export function paintGaze(): Canvas {
  const canvas = new Canvas(128, 128, hex('#1A0C0A', 0))
  const at = whole(128)
  canvas.fill(at, ellipse(64, 60, 36, 39), flat(hex('#1A0C0A', 0.92)))
  canvas.fill(at, ellipse(85, 38, 19, 18), flat(hex('#FFFFFF')))
  canvas.fill(at, ellipse(43, 87, 9.5, 9), flat(hex('#FFFFFF', 0.92)))
  canvas.fill(at, ellipse(86, 92, 4.5, 4.5), flat(hex('#FFF1D0', 0.75)))
  return canvas
}

/** A soft round patch that fades out. */
export function paintBlush(): Canvas {
  const canvas = new Canvas(64, 64, [palette.blush[0], palette.blush[1], palette.blush[2], 0])
  canvas.fill(whole(64), everywhere, (x, y) => {
    const away = Math.hypot(x - 32, y - 32) / 32
    return [palette.blush[0], palette.blush[1], palette.blush[2], 1 - smoothstep(0.35, 0.97, away)]
  })
  return canvas
}

/** The glow around the lantern. */
export function paintHalo(): Canvas {
  const canvas = new Canvas(128, 128, [palette.light[0], palette.light[1], palette.light[2], 0])
  canvas.fill(whole(128), everywhere, (x, y) => {
    const near = Math.max(0, 1 - Math.hypot(x - 64, y - 64) / 63)
    return [palette.light[0], palette.light[1], palette.light[2], near ** 2.2]
  })
  return canvas
}

/** What the glass shows to whoever looks at it, from any side (a matcap): a flame in a warm glow. */
export function paintFlame(): Canvas {
  const canvas = new Canvas(128, 128, hex('#000000'))
  const at = whole(128)
  const glow = gradient([
    [0, hex('#A87840')],
    [0.45, hex('#8A5A22')],
    [0.8, hex('#3A2208')],
    [1, hex('#000000')],
  ])
  canvas.fill(at, everywhere, (x, y) => glow(Math.min(1, Math.hypot(x - 64, y - 70) / 62)))
  canvas.fill(at, flame, (_x, y) => mixColours(hex('#B08A62'), hex('#DDBBAA'), smoothstep(40, 90, y)))
  return canvas
}

/** A drop with its point up, soft at the edge. */
function flame(x: number, y: number): number {
  const down = (y - 34) / 62
  if (down < 0 || down > 1) return 10
  const half = 19 * Math.sin(Math.PI * down ** 1.5) ** 0.9
  return (Math.abs(x - 64) - half) / 4
}
