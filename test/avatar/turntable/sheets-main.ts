// Contact sheets of an avatar: `node test/avatar/turntable/sheets-main.ts OUT_FOLDER [VRM_FILE]`.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openTurntable, type View } from './open-turntable.ts'

const [outFolder = '.cache/avatar', file, only] = process.argv.slice(2)
await mkdir(outFolder, { recursive: true })
await using table = await openTurntable()
if (file && file !== '-') table.server.offer('/other.vrm', await readFile(file))
const url = file && file !== '-' ? '/other.vrm' : '/lumi.vrm'
process.stdout.write(`${JSON.stringify(await table.call('load', url))}\n`)
await table.call('stand')
await table.call('settle')

const close: View = { width: 260, height: 260, middle: 0.74, span: 0.5 }
const busy = 'repeating-linear-gradient(35deg, #274, #274 18px, #d64 18px, #d64 30px, #48a 30px, #48a 44px)'

interface Shot {
  readonly label: string
  readonly view: View
  readonly weights?: Readonly<Record<string, number>>
  readonly background?: string
}

const looks = ['lookUp', 'lookDown', 'lookLeft', 'lookRight', 'lanternBright', 'lanternEmber']
const sheets: Readonly<Record<string, readonly Shot[]>> = {
  turn: [0, 30, 60, 90, 135, 180, 225, 270].map((turn) => ({
    label: `${turn}°`,
    view: { turn, width: 330, height: 380 },
  })),
  front: [{ label: 'front', view: { width: 900, height: 1000, span: 1.2, middle: 0.58 } }],
  threequarter: [
    {
      label: 'three quarters',
      view: { width: 900, height: 1000, turn: 35, span: 1.2, middle: 0.58, pitch: 5 },
    },
  ],
  closeup: [{ label: 'face', view: { width: 900, height: 900, middle: 0.72, span: 0.56 } }],
  body: [
    { label: 'body', view: { width: 600, height: 600, middle: 0.3, span: 0.66, pitch: 8 } },
    { label: 'body side', view: { width: 600, height: 600, middle: 0.3, span: 0.66, turn: 60, pitch: 8 } },
  ],
  top: [
    { label: 'above', view: { width: 450, height: 500, pitch: 40, turn: 20 } },
    { label: 'below', view: { width: 450, height: 500, pitch: -25, turn: -20 } },
  ],
  faces: ['neutral', 'happy', 'angry', 'sad', 'relaxed', 'surprised', 'blink', 'blinkLeft'].map((name) => ({
    label: name,
    view: { ...close, width: 300, height: 300 },
    weights: { [name]: 1 },
  })),
  mouths: [
    ...['aa', 'ih', 'ou', 'ee', 'oh'].map((name) => ({ label: name, view: close, weights: { [name]: 1 } })),
    { label: 'aa .5 oh .3', view: close, weights: { aa: 0.5, oh: 0.3 } },
    { label: 'happy aa', view: close, weights: { happy: 1, aa: 0.7 } },
    { label: 'sad oh', view: close, weights: { sad: 1, oh: 0.6 } },
    { label: 'angry ee', view: close, weights: { angry: 1, ee: 0.6 } },
    { label: 'surprised aa', view: close, weights: { surprised: 1, aa: 0.7 } },
    { label: 'blink .5', view: close, weights: { blink: 0.5 } },
    { label: 'relaxed blink', view: close, weights: { relaxed: 1, blink: 1 } },
  ],
  lips: ['neutral', ...['aa', 'ih', 'ou', 'ee', 'oh', 'happy', 'sad']].map((name) => ({
    label: name,
    view: { width: 330, height: 250, middle: 0.595, span: 0.13 },
    weights: { [name]: 1 },
  })),
  eyes: [0, 0.25, 0.5, 0.75, 1].map((weight) => ({
    label: `blink ${weight}`,
    view: { width: 330, height: 250, middle: 0.67, span: 0.19 },
    weights: { blink: weight },
  })),
  looks: looks.map((name) => ({
    label: name,
    view: { ...close, span: 0.75, middle: 0.8, aside: 0.05 },
    weights: { [name]: 1 },
  })),
  small: ['#ffffff', '#14181b', busy].flatMap((background) =>
    [0, 30].map((turn) => ({
      label: '200 px',
      view: { width: 180, height: 200, turn, span: 1.2 },
      background,
    })),
  ),
}

for (const [name, shots] of Object.entries(sheets)) {
  if (only && !only.split(',').includes(name)) continue
  await writeFile(join(outFolder, `${name}.png`), await contactSheet(shots))
}
if (table.complaints.length > 0) process.stdout.write(`${[...new Set(table.complaints)].join('\n')}\n`)

async function contactSheet(shots: readonly Shot[]): Promise<Buffer> {
  const figures: string[] = []
  for (const { label, view, weights = {}, background = '#f3ede4' } of shots) {
    await table.call('face', weights)
    const png = await table.picture(view)
    figures.push(
      `<figure style="background:${background}"><img src="data:image/png;base64,${png.toString('base64')}"><figcaption>${label}</figcaption></figure>`,
    )
  }
  const page = await table.page.context().newPage()
  try {
    return await photograph(page, figures)
  } finally {
    await page.close()
  }
}

async function photograph(page: Page, figures: readonly string[]): Promise<Buffer> {
  const style =
    'body{margin:0;display:flex;flex-wrap:wrap;gap:6px;width:max-content;max-width:1360px;font:13px sans-serif}figure{margin:0}figcaption{text-align:center;background:#fff}img{display:block}'
  await page.setContent(`<style>${style}</style>${figures.join('')}`)
  return await page.locator('body').screenshot()
}
