import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageRecord } from '#test/support/discord/state/records.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { answering, type Script, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { openDiscordWorld } from './world.ts'

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres[Symbol.asyncDispose]())

/** Speaks at the speed of a model: twenty tokens a second. */
const slowly = (...tokens: readonly string[]): Script =>
  async function* () {
    for (const text of tokens) {
      yield { type: 'text', text }
      await sleep(50)
    }
    yield { type: 'end', finishReason: 'stop' }
  }

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index} `)

describe('a streamed answer', () => {
  it('grows in one message, about once a second, and ends whole', async () => {
    await using world = await openDiscordWorld({ postgres, model: scriptedModel(slowly(...words(80))) })
    const { world: people } = world.discord
    const anna = people.person('Anna')
    const reply = await people.waitForReply(anna.says(anna.dm, 'tell me'), 10_000)
    const whole = words(80).join('').trim()
    await people.waitFor('the whole answer', () => (reply.content === whole ? true : undefined), 20_000)
    expect(anna.dm.messages).toHaveLength(2)
    expect(reply.versions.length).toBeGreaterThanOrEqual(3)
    expect(reply.versions.length).toBeLessThanOrEqual(8)
    for (const { content } of reply.versions) expect(whole.startsWith(content)).toBe(true)
  })

  it('keeps a code block in shape over several messages', async () => {
    const code = Array.from({ length: 150 }, (_, index) => `  const value${index} = compute(${index})`)
    await using world = await openDiscordWorld({
      postgres,
      model: scriptedModel(answering('Here:\n```ts\n', `${code.join('\n')}\n`, '```\nDone.')),
    })
    const { world: people } = world.discord
    const anna = people.person('Anna')
    anna.says(anna.dm, 'code, please')
    await people.waitForMessage(({ content }) => content.endsWith('Done.'), 15_000)
    const parts = anna.dm.messages.slice(1)
    expect(parts.length).toBeGreaterThan(2)
    for (const { content } of parts) {
      expect(content.length).toBeLessThanOrEqual(2_000)
      expect(content.match(/```/g)).toHaveLength(2)
    }
    const text = parts.map(({ content }) => content.replace(/```(ts)?\n?/g, '')).join('\n')
    for (const line of code) expect(text).toContain(line.trim())
    expect(parts.map(({ reference }) => reference?.message_id)).toEqual(
      anna.dm.messages.slice(0, -1).map(({ id }) => id),
    )
  })

  it('stays inside the rate limits when ten people ask at once in one channel', async () => {
    await using world = await openDiscordWorld({ postgres, model: scriptedModel(slowly(...words(60))) })
    const { world: people } = world.discord
    const askers = Array.from({ length: 10 }, (_, index) => people.person(`Person ${index}`))
    const guild = people.guild()
    for (const person of askers) guild.add(person)
    const lobby = guild.channel('lobby')
    const questions = askers.map((person) => person.says(lobby, 'tell me', { mentionBot: true }))
    const whole = words(60).join('').trim()
    const replies: MessageRecord[] = await Promise.all(
      questions.map((question) => people.waitForReply(question, 25_000)),
    )
    await people.waitFor(
      'all answers',
      () => (replies.every(({ content }) => content === whole) ? true : undefined),
      25_000,
    )
    expect(world.discord.ledger.of('rate-limited')).toEqual([])
    expect(world.discord.limiter.invalidRequests).toBe(0)
  })
})
