import type { IncomingMessage } from 'node:http'

const maxBodyBytes = 50_000_000

/** JSON as it is; a form as its fields, with its WAV file measured. */
export async function readBody(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let received = 0
  for await (const chunk of message) {
    received += chunk.length
    if (received > maxBodyBytes) throw new Error('the request is too large')
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  const contentType = message.headers['content-type'] ?? ''
  return contentType.startsWith('multipart/')
    ? await readForm(bytes, contentType)
    : JSON.parse(bytes.toString())
}

async function readForm(bytes: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': contentType },
  }).formData()
  const fields: Record<string, unknown> = {}
  for (const [name, value] of form)
    fields[name] = typeof value === 'string' ? value : measureWav(Buffer.from(await value.arrayBuffer()))
  return fields
}

function measureWav(wav: Buffer) {
  if (wav.toString('latin1', 0, 4) !== 'RIFF' || wav.toString('latin1', 36, 40) !== 'data')
    throw new Error('not a WAV file')
  const sampleRateHz = wav.readUInt32LE(24)
  const samples = new Int16Array(new Uint8Array(wav.subarray(44)).buffer)
  return { sampleRateHz, channels: wav.readUInt16LE(22), seconds: samples.length / sampleRateHz, samples }
}
