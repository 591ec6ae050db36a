import { type Answer, ask } from '../http-ask.ts'

/** Sends a file with the form of the page. */
export async function upload(origin: string, overlayId: string, file: Uint8Array): Promise<Answer> {
  const boundary = 'border'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.vrm"\r\n\r\n`
  const body = Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)])
  const headers = {
    origin: 'null',
    'sec-fetch-site': 'same-origin',
    'content-type': `multipart/form-data; boundary=${boundary}`,
  }
  return await ask(origin, { method: 'POST', path: `/overlays/${overlayId}/avatar`, headers, body })
}
