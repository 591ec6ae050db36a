import { post } from '../http-ask.ts'

export interface TestOverlay {
  readonly id: string
  readonly token: string
  /** As it is put into a streaming program. */
  readonly address: string
  readonly stage: string
}

const guild = '123456789012345678'

/** An overlay of the local owner, made with the form that people use. */
export async function createOverlay(
  origin: string,
  name = 'Main scene',
  place = guild,
): Promise<TestOverlay> {
  const { text } = await post(origin, '/overlays', { name, source: 'discord', place })
  const address = /value="(http[^"]*#[a-z2-7]{32})"/.exec(text)?.[1]
  const [, id, token] = /\/o\/([a-z2-7]+)#([a-z2-7]+)$/.exec(address ?? '') ?? []
  if (address === undefined || id === undefined || token === undefined)
    throw new Error('no address was shown')
  return { id, token, address, stage: `discord-${place}` }
}

export async function changeSettings(
  origin: string,
  { id }: Pick<TestOverlay, 'id'>,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const fields = { name: 'Main scene', source: 'discord', place: guild, delayMs: '150', quality: 'low' }
  const { status } = await post(origin, `/overlays/${id}`, { ...fields, framing: 'whole', ...settings })
  if (status !== 303) throw new Error(`the settings were answered with ${status}`)
}
