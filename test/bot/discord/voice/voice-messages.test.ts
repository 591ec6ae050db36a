import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import { type InferenceServer, startInferenceServer } from '#test/support/inference-server.ts'
import { encodeOggOpus } from '#test/support/ogg-opus.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { answering, type ScriptedModel, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { type DiscordWorld, openDiscordWorld } from '../world.ts'
import { tone } from './voice-world.ts'

let postgres: TestPostgres
let world: DiscordWorld
let models: InferenceServer
let model: ScriptedModel
beforeAll(async () => {
  postgres = await startTestPostgres()
  models = await startInferenceServer({ plans: { stt: { text: ' Do you like tea? ' } } })
  model = scriptedModel(answering('I do.'))
  world = await openDiscordWorld({ postgres, model, withoutBot: true })
  const logger = createLogger({ level: 'silent' })
  await world.startBot({ inference: openInference({ stt: models.targets.stt }, { logger }) })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await models[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const anna = () => world.discord.world.person('Anna')

/** What the person reads in reply to a voice message of theirs in a direct message. */
async function send(file: { bytes: Uint8Array; duration?: number }): Promise<string> {
  const person = anna()
  const message = person.says(person.dm, '', { files: [voiceFile(file)] })
  const { content } = await world.discord.world.waitForReply(message, 10_000)
  return content === '' ? await finished(person.dm) : content
}

function voiceFile({ bytes, duration = 1 }: { bytes: Uint8Array; duration?: number }) {
  const voice = { durationSeconds: duration, waveform: 'AAAA' }
  return { name: 'voice-message.ogg', contentType: 'audio/ogg', bytes, voice }
}

function finished(channel: Channel): Promise<string> {
  return world.discord.world.waitFor('text', () => channel.messages.at(-1)?.content || undefined, 10_000)
}

describe('a voice message', () => {
  it('is listened to and answered in writing', async () => {
    expect(await send({ bytes: await encodeOggOpus(tone(440, 1_000)) })).toBe('I do.')
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('Do you like tea?')
    const heard = models.requests.find(({ service }) => service === 'stt')
    expect(heard).toBeDefined()
  })

  it('that is no sound, too long, or without words is answered by a sentence', async () => {
    expect(await send({ bytes: Buffer.from('<html>no sound</html>'.repeat(5)) })).toMatch(/couldn't play/)
    expect(await send({ bytes: new Uint8Array(10), duration: 900 })).toMatch(/longer than I can listen to/)
    models.planNext('stt', { text: '  ' })
    expect(await send({ bytes: await encodeOggOpus(tone(440, 200)) })).toMatch(/couldn't make out any words/)
  })

  it('says which service is away', async () => {
    models.plan('stt', { fault: { type: 'status', status: 404 } })
    expect(await send({ bytes: await encodeOggOpus(tone(440, 200)) })).toMatch(
      /can't hear anyone: the speech/,
    )
    models.plan('stt', { text: 'Do you like tea?' })
  })

  it('to nobody in particular is left alone', async () => {
    const person = anna()
    const lobby = world.discord.world.guild({ owner: person }).channel('lobby')
    const before = models.requests.length
    person.says(lobby, '', { files: [voiceFile({ bytes: await encodeOggOpus(tone(440, 200)) })] })
    const reply = await world.discord.world.waitForReply(
      person.says(lobby, 'hi', { mentionBot: true }),
      10_000,
    )
    expect(reply).toBeDefined()
    expect(models.requests.length).toBe(before)
  })
})
