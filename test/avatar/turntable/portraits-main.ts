// Portraits of Lumi: tools/avatar/thumbnail.jpg (goes into the VRM) and docs/lumi.png (for the README).
import { mkdir, writeFile } from 'node:fs/promises'
import { openTurntable, type View } from './open-turntable.ts'

await using table = await openTurntable()
await table.call('load', '/lumi.vrm')
await table.call('stand')
await table.call('turnBone', 'head', 0.03, 0.06, 0.05)
await table.call('settle')
await table.call('face', { happy: 0, lanternBright: 0.35 })

const project = new URL('../../../', import.meta.url)
await mkdir(new URL('docs/', project), { recursive: true })
await photograph(
  'tools/avatar/thumbnail.jpg',
  { width: 256, height: 256, middle: 0.75, span: 0.66, aside: 0.02 },
  '#fbf1e2',
)
await photograph('docs/lumi.png', {
  width: 300,
  height: 340,
  middle: 0.575,
  span: 1.24,
  turn: 14,
  pitch: 3,
  aside: 0.03,
})

/** On a colour as JPEG, or on nothing as PNG. */
async function photograph(file: string, view: View, background?: string): Promise<void> {
  const picture = await table.picture({
    ...view,
    width: (view.width ?? 0) * 2,
    height: (view.height ?? 0) * 2,
  })
  const page = await table.page.context().newPage()
  const image = `<img width="${view.width}" height="${view.height}" src="data:image/png;base64,${picture.toString('base64')}">`
  await page.setContent(
    `<style>body{margin:0;background:${background ?? 'transparent'}}img{display:block}</style>${image}`,
  )
  const bytes = await page
    .locator('img')
    .screenshot(background ? { type: 'jpeg', quality: 82 } : { type: 'png', omitBackground: true })
  await writeFile(new URL(file, project), bytes)
  process.stdout.write(`${file}: ${bytes.length} bytes\n`)
}
