import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { blockWords } from '#core/chat/blocked-words.ts'
import { emptyHistory } from '#core/chat/history.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import type { TurnRequest } from '#core/chat/prompt.ts'
import { runTurn, type TurnDeps, type TurnEnd, type TurnEvent } from '#core/chat/run-turn.ts'
import { InferenceInterruptedError, InferenceUnavailableError } from '#core/inference/errors.ts'
import type { ChatModel } from '#core/inference/ports.ts'
import {
  answering,
  failing,
  type Script,
  scriptedModel,
  stallingAfter,
} from '#test/support/scripted-chat-model.ts'

const persona = await loadPersona()
const request: TurnRequest = {
  turnId: 'turn',
  author: { platform: 'web', platformUserId: '1', displayName: 'Anna' },
  place: { kind: 'web', id: 'c' },
  text: 'Hello',
}
const never = new AbortController().signal
const llm = { service: 'llm', address: 'http://llm.lab', remedy: 'Start it.', isPassing: true } as const

function depsWith(chatModel: ChatModel, more: Partial<TurnDeps> = {}): TurnDeps {
  return { chatModel, persona, wishes: {}, history: emptyHistory, sessionId: 'session', ...more }
}

async function play(model: ChatModel, more: Partial<TurnDeps> = {}, signal = never) {
  const events: TurnEvent[] = []
  for await (const event of runTurn(request, depsWith(model, more), signal)) events.push(event)
  return { events, text: textOf(events), end: endOf(events) }
}

function textOf(events: readonly TurnEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('')
}

function endOf(events: readonly TurnEvent[]): TurnEnd {
  const last = events.at(-1)
  if (last?.type !== 'end') throw new Error('the turn has no end')
  return last
}

const said = (...tokens: string[]) => scriptedModel(answering(...tokens))

describe('an answer', () => {
  test('streams text and expressions in the order of the model, then ends once', async () => {
    const { events } = await play(said('[hap', 'py] Hel', 'lo! ', '[sad] Bye', '.'))
    expect(events).toEqual([
      { type: 'expression', name: 'happy' },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo! ' },
      { type: 'expression', name: 'sad' },
      { type: 'text', text: 'Bye' },
      { type: 'text', text: '.' },
      {
        type: 'end',
        status: 'complete',
        text: 'Hello! Bye.',
        usage: { promptTokens: 7, completionTokens: 3 },
        timings: {
          contextMs: expect.any(Number),
          firstTokenMs: expect.any(Number),
          totalMs: expect.any(Number),
        },
      },
    ])
  })

  test('gives each token away before it asks for the next', async () => {
    const resume = Promise.withResolvers<void>()
    const turn = runTurn(request, depsWith(scriptedModel(stallingAfter(['Hello'], resume.promise))), never)
    expect((await turn.next()).value).toEqual({ type: 'text', text: 'Hello' })
    resume.resolve()
    expect((await turn.next()).value).toMatchObject({ type: 'end', status: 'complete', text: 'Hello' })
    expect((await turn.next()).done).toBe(true)
  })

  test('measures its stages', async () => {
    const slow: Script = async function* () {
      await delay(30)
      yield { type: 'text', text: 'Hi' }
      yield { type: 'end', finishReason: 'stop' }
    }
    const recall = () => delay(20).then(() => [])
    const { timings } = (await play(scriptedModel(slow), { recall })).end
    expect(timings.contextMs).toBeGreaterThanOrEqual(18)
    expect(timings.firstTokenMs).toBeGreaterThanOrEqual(28)
    expect(timings.totalMs).toBeGreaterThanOrEqual(48)
  })

  test('shows faces that the persona may make and hides the tags of all', async () => {
    const shy = { ...persona, expressions: ['sad' as const] }
    const { events, text } = await play(said('[happy]A [sad]B'), { persona: shy })
    expect(text).toBe('A B')
    expect(events.filter(({ type }) => type === 'expression')).toEqual([{ type: 'expression', name: 'sad' }])
  })

  test('has no blanks where tags were', async () => {
    expect((await play(said('\n [happy] ', ' Hi [sad] you', '\n[happy]\n- a', ' [nope] b'))).text).toBe(
      'Hi you\n- a [nope] b',
    )
  })

  test('leaves out thoughts, hidden characters, and cut characters whole', async () => {
    expect((await play(said('\n<th', 'ink>[sad] hm </', 'think>\n\nYes'))).text).toBe('Yes')
    expect((await play(said('<thin', 'g> <think>'))).text).toBe('<thing> <think>')
    expect((await play(said('a\u202eb\u200b\u0007c', '\ud83d', '\ude42'))).text).toBe('abc🙂')
  })

  test('that is longer than allowed is cut, and the model is stopped', async () => {
    const model = said('1234', '567', '🙂9', 'x')
    const { text, end } = await play(model, { limits: { maxAnswerChars: 8 } })
    expect(text).toBe('1234567…')
    expect(end).toMatchObject({ status: 'complete', text: '1234567…' })
    expect(model.abandoned).toHaveLength(1)
  })

  test('that the model cut at its own limit shows it', async () => {
    const cut: Script = async function* () {
      yield { type: 'text', text: 'and so' }
      yield { type: 'end', finishReason: 'length' }
    }
    expect((await play(scriptedModel(cut))).text).toBe('and so …')
  })
})

describe('a turn that does not end well', () => {
  test('is stopped by its signal, keeps the text so far and releases the model', async () => {
    const model = scriptedModel(stallingAfter(['Hello ', 'wor']))
    const controller = new AbortController()
    const events: TurnEvent[] = []
    for await (const event of runTurn(request, depsWith(model), controller.signal)) {
      events.push(event)
      if (event.type === 'text' && event.text === 'wor') controller.abort()
    }
    expect(endOf(events)).toMatchObject({ status: 'stopped', text: 'Hello wor' })
    expect(endOf(events).notice).toBeUndefined()
    expect(model.abandoned).toHaveLength(1)
  })

  test('does not begin when it was stopped before', async () => {
    const model = said('Hello')
    expect((await play(model, {}, AbortSignal.abort())).events).toEqual([
      expect.objectContaining({ type: 'end', status: 'stopped', text: '' }),
    ])
    expect(model.requests).toEqual([])
  })

  test('releases the model when nobody reads on', async () => {
    const model = scriptedModel(stallingAfter(['Hello']))
    for await (const event of runTurn(request, depsWith(model), never)) if (event.type === 'text') break
    expect(model.abandoned).toHaveLength(1)
  })

  test('fails with a sentence for the person and the fault for the log', async () => {
    const fault = new InferenceUnavailableError('refuses connections', llm)
    const { events, end } = await play(scriptedModel(failing(fault)))
    expect(events).toHaveLength(1)
    expect(end).toMatchObject({ status: 'failed', text: '', fault })
    expect(end.notice).toMatch(/llm\.lab/)
  })

  test('is never shown as complete when the model broke off', async () => {
    const fault = new InferenceInterruptedError('broke off', llm)
    const { end } = await play(scriptedModel(failing(fault, 'Hel', 'lo')))
    expect(end).toMatchObject({ status: 'failed', text: 'Hello' })
    expect(end.notice).toMatch(/broke off/)
  })

  test('fails at its deadline', async () => {
    const model = scriptedModel(stallingAfter(['Hel']))
    const { end } = await play(model, { limits: { deadlineMs: 50 } })
    expect(end).toMatchObject({ status: 'failed', text: 'Hel' })
    expect(end.notice).toMatch(/too long/)
    expect(model.abandoned).toHaveLength(1)
  })

  test('fails when the model has nothing to say', async () => {
    const { end } = await play(said('[happy]', ' \n'))
    expect(end).toMatchObject({ status: 'failed', text: '' })
    expect(end.notice).toMatch(/no words/)
  })

  test('leaves no timer behind', async () => {
    const cleared = vi.spyOn(globalThis, 'clearTimeout')
    const before = cleared.mock.calls.length
    await play(said('Hello'))
    expect(cleared.mock.calls.length).toBe(before + 1)
    cleared.mockRestore()
  })
})

describe('moderation', () => {
  test('sees whole sentences before anybody else does', async () => {
    const seen: [string, string][] = []
    const moderate = (text: string, { answerSoFar }: { answerSoFar: string }) => {
      seen.push([text, answerSoFar])
      return 'pass' as const
    }
    const { events, text } = await play(said('[happy]On', 'e. Tw', 'o! [sad]Th', 'ree'), { moderate })
    expect(seen).toEqual([
      ['One. ', ''],
      ['Two! ', 'One. '],
      ['Three', 'One. Two! '],
    ])
    expect(text).toBe('One. Two! Three')
    expect(events.map((event) => (event.type === 'text' ? event.text : event.type))).toEqual([
      'expression',
      'One. ',
      'Two! ',
      'expression',
      'Three',
      'end',
    ])
  })

  test('replaces a sentence and keeps its face', async () => {
    const { events } = await play(said('Good. B', '[sad]ad. ', 'Good.'), {
      moderate: (text) => (text.startsWith('Bad') ? { replace: 'Hm. ' } : 'pass'),
    })
    expect(events.slice(0, -1)).toEqual([
      { type: 'text', text: 'Good. ' },
      { type: 'expression', name: 'sad' },
      { type: 'text', text: 'Hm. ' },
      { type: 'text', text: 'Good.' },
    ])
  })

  test('ends the answer before the sentence it stops, and the model with it', async () => {
    const model = said('Good. ', 'Bad. ', 'Good. ')
    const { end } = await play(model, {
      moderate: async (text) => (text.startsWith('Bad') ? 'stop' : 'pass'),
    })
    expect(end).toMatchObject({
      status: 'failed',
      text: 'Good. ',
      notice: expect.stringMatching(/does not belong/),
    })
    expect(model.abandoned).toHaveLength(1)
  })

  test('does not wait for ever for the end of a sentence', async () => {
    const pieces: number[] = []
    const moderate = (part: string) => {
      pieces.push(part.length)
      return 'pass' as const
    }
    const words = Array.from({ length: 400 }, () => 'word ')
    const { text } = await play(said(...words), { moderate })
    expect(text).toBe(words.join(''))
    expect(Math.max(...pieces)).toBeLessThanOrEqual(405)
  })
})

describe('blocked words', () => {
  const moderate = blockWords(['darn', 'holy cow', '馬鹿', 'ｆｏｏ'])

  test.each([
    ['Oh darn, no.', 'Oh •••, no.'],
    ['DÁRN! d\u200ba\u00adrn **d**arn d_a_r_n', '•••! ••• **••• •••'],
    ['Holy cow', '•••'],
    ['この馬鹿もの', 'この•••もの'],
    ['foo', '•••'],
  ])('go from %j', async (text, shown) => {
    expect((await play(said(...text), { moderate })).text).toBe(shown)
  })

  test('leave words that merely hold them alone', async () => {
    const text = 'Darning is fun, naïve café — ﬁne.'
    expect((await play(said(text), { moderate })).text).toBe(text)
  })

  test('cost nothing when there are none', () => {
    expect(blockWords([])).toBeUndefined()
    expect(blockWords(['\u0301'])).toBeUndefined()
  })
})
