import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bus } from '#core/bus/bus.ts'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import { encodeMessage } from '#core/protocol/codec.ts'
import { chatRequestSubject, userKey, voiceTranscriptSubject } from '#core/protocol/subjects.ts'
import type { VoiceTranscript } from '#core/protocol/voice.ts'
import { changeOverlay } from '#core/store/overlays.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { identities } from '#core/store/schema.ts'
import { newSpeaker } from '#test/core/store/speaker.ts'
import { findWords } from '#test/core/store/stored-words.ts'
import { eventually } from '#test/support/eventually.ts'
import { NatsServer } from '#test/support/nats-server.ts'
import { answering, type Script, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import type { WebWorld } from '#test/support/web-world.ts'
import { AvatarStore } from '#web/stage/avatar-store.ts'
import { openVisitedWorld, pagesOf, visitor } from './visitors.ts'

describe.each(['in-process', 'jetstream'] as const)('deleting everything, on the %s bus', (kind) => {
  let folder: string
  let world: WebWorld
  let bus: Bus
  let server: NatsServer | undefined
  let script: Script

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deletion-'))
    script = answering('canary-reply')
    const chatModel = scriptedModel((request, signal) => script(request, signal))
    world = await openVisitedWorld({
      chatModel,
      answerWaitMs: 200,
      dataDir: join(folder, 'data'),
      openBus: async (logger) => {
        server = kind === 'jetstream' ? await NatsServer.start() : undefined
        bus = server
          ? await openJetStreamBus({
              url: server.url,
              outboxFile: join(folder, 'data/outbox.sqlite'),
              logger,
            })
          : await openInProcessBus({ file: join(folder, 'data/bus.sqlite'), logger })
        return bus
      },
    })
  })
  afterEach(async () => {
    await world[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  test('leaves nothing in any table, queue, record, dead letter or file, also of an answer that runs', async () => {
    const { db } = world.database
    const name = `canary-user-${randomUUID()}`
    const pages = pagesOf(world, name)
    const say = (text: string) => pages.post('/chat/send', { conversation: 'home', key: randomUUID(), text })
    const discord = newSpeaker({ name: 'canary-discord' })
    const { personId } = await ensureAuthor(db, visitor(name))
    await db.insert(identities).values({ ...discord.author, personId })
    await pages.post('/account/you', { name: 'canary-name', language: 'de' })
    await pages.post('/account/character', { style: 'canary-style', voice: '' })
    await say('canary-said')
    const made = await pages.post('/overlays', { name: 'canary-overlay', source: 'page', place: '' })
    const [, overlayId = ''] = /\/o\/([a-z2-7]+)#/.exec(made.text) ?? []
    const avatars = new AvatarStore(join(folder, 'data'))
    const avatar = await avatars.add(new TextEncoder().encode('canary-avatar'))
    await changeOverlay(db, personId, overlayId, { avatar })

    const dead = { subject: chatRequestSubject(userKey(discord.author)), headers: {} }
    await bus.deadLetter('chat', { ...dead, body: new TextEncoder().encode('canary-dead') }, 'a test')
    if (kind === 'jetstream') await keepTranscript(server?.url ?? '', discord.author.platformUserId)
    script = stallingAfter(['canary-half'])
    await say('canary-running')
    await eventually(async () => (await findWords(db, 'canary-running')).length > 0)
    await say('canary-waiting')
    if (kind === 'in-process') expect(await filesWith(join(folder, 'data'), 'canary-waiting')).toBeDefined()
    else expect(await messagesWith(server?.url ?? '', 'canary-spoken')).toHaveLength(1)

    const { status, text } = await pages.post('/account/delete', { phrase: ' Delete everything ' })
    expect([status, text.includes('Everything is deleted')]).toEqual([200, true])

    const traces = ['canary', name, personId, discord.author.platformUserId]
    for (const trace of traces) {
      expect(await findWords(db, trace), trace).toEqual([])
      if (kind === 'jetstream') expect(await messagesWith(server?.url ?? '', trace), trace).toEqual([])
      expect(await filesWith(join(folder, 'data'), trace), trace).toBe(undefined)
    }
    // What comes back to the page afterwards is somebody new.
    script = answering('hello stranger')
    expect((await pages.get('/account')).text).toContain('Nothing that you said is kept.')
  })
})

async function keepTranscript(url: string, platformUserId: string): Promise<void> {
  const transcript: VoiceTranscript = {
    v: 1,
    id: 'a',
    at: 1,
    correlationId: 'a',
    type: 'voice.transcript',
    sessionId: 'call',
    speaker: { kind: 'person', platformUserId, displayName: 'canary' },
    text: 'canary-spoken',
    startedAt: 1,
    endedAt: 2,
  }
  const connection = await connect({ servers: url })
  await jetstream(connection).publish(voiceTranscriptSubject('call'), encodeMessage(transcript))
  await connection.close()
}

/** The subjects of all messages in all streams that hold these words, in their subject, headers or body. */
async function messagesWith(url: string, words: string): Promise<string[]> {
  const connection = await connect({ servers: url })
  const jsm = await jetstreamManager(connection)
  const found: string[] = []
  for await (const { config, state } of jsm.streams.list()) {
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await jsm.streams.getMessage(config.name, { seq }).catch(() => null)
      if (message === null) continue
      const headers = message.header?.toString() ?? ''
      const whole = `${message.subject} ${headers} ${Buffer.from(message.data).toString('latin1')}`
      if (whole.includes(words)) found.push(message.subject)
    }
  }
  await connection.close()
  return found
}

/** The first file below the folder that holds these bytes, also in its name. */
async function filesWith(folder: string, words: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (path.includes(words)) return path
    if (entry.isFile() && (await readFile(path)).includes(words)) return path
  }
  return undefined
}
