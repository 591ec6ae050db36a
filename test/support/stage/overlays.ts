import { post } from '../http-ask.ts'

export interface TestOverlay {
  readonly id: string
  readonly token: string
  /** As it is put into a streaming program. */
  readonly address: string
  readonly stage: string
  readonly guildId: string
}

const guild = '123456789012345678'

/** An overlay of the local owner, made with the form that people use. */
export async function createOverlay(
  origin: string,
  name = 'Main scene',
  place = guild,
): Promise<TestOverlay> {
  const made = await makeOverlay(origin, { name, source: 'discord', place })
  return { ...made, stage: `discord-${place}`, guildId: place }
}

/** One that the chat of the owner's page feeds. */
export async function createPageOverlay(origin: string): Promise<Omit<TestOverlay, 'guildId'>> {
  return { ...(await makeOverlay(origin, { name: 'Main scene', source: 'page' })), stage: 'web-owner' }
}

async function makeOverlay(origin: string, form: Readonly<Record<string, string>>) {
  const { text } = await post(origin, '/overlays', form)
  const address = /value="(http[^"]*#[a-z2-7]{32})"/.exec(text)?.[1]
  const [, id, token] = /\/o\/([a-z2-7]+)#([a-z2-7]+)$/.exec(address ?? '') ?? []
  if (address === undefined || id === undefined || token === undefined)
    throw new Error('no address was shown')
  return { id, token, address }
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
