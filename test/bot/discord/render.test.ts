import { describe, expect, it } from 'vitest'
import { type Clock, EditPace } from '#bot/discord/answers/edit-pace.ts'
import { LiveReply } from '#bot/discord/answers/live-reply.ts'
import { type RenderOptions, renderReply } from '#bot/discord/answers/render.ts'
import type { Shown, Surface } from '#bot/discord/answers/surface.ts'
import { AnswerGoneError } from '#bot/discord/rest/faults.ts'
import type { ReplyEvent } from '#core/protocol/chat.ts'

/** Time that stands still until it is moved; then everything due has happened. */
class ManualClock implements Clock {
  #now = 0
  readonly #sleepers = new Set<{ at: number; wake: () => void }>()

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sleeper = { at: this.#now + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal.addEventListener('abort', () => {
      this.#sleepers.delete(sleeper)
      reject(signal.reason)
    })
    return promise
  }

  async advance(ms: number): Promise<void> {
    for (const target = this.#now + ms; this.#now < target; this.#now = Math.min(this.#now + 50, target))
      await this.#wake()
    await this.#wake()
  }

  async #wake(): Promise<void> {
    for (const sleeper of this.#sleepers) {
      if (sleeper.at > this.#now) continue
      this.#sleepers.delete(sleeper)
      sleeper.wake()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

type Step = readonly ['send' | 'edit' | 'remove' | 'tell', string]

class RecordingSurface implements Surface {
  readonly paceKey = 'channel'
  readonly maxParts = 3
  readonly steps: Step[] = []
  readonly times: number[] = []
  readonly messages = new Map<string, string>()
  earlier: Shown[] = []
  fault: Error | undefined
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async send(content: string, shown: readonly Shown[]): Promise<Shown> {
    this.#note('send', content)
    const id = `m${shown.length}`
    this.messages.set(id, content)
    return { id, content }
  }

  async edit({ id }: Shown, content: string): Promise<Shown> {
    this.#note('edit', content)
    this.messages.set(id, content)
    return { id, content }
  }

  async remove({ id }: Shown): Promise<void> {
    this.#note('remove', id)
    this.messages.delete(id)
  }

  async recall(): Promise<Shown[]> {
    return this.earlier
  }

  #note(...step: Step): void {
    if (this.fault) throw this.fault
    this.steps.push(step)
    this.times.push(this.#clock.now())
  }
}

function rendering(options: Partial<RenderOptions> = {}) {
  const clock = new ManualClock()
  const surface = new RecordingSurface(clock)
  const reply = new LiveReply()
  const stop = new AbortController()
  const pace = new EditPace({ clock })
  const run = (changes: Partial<RenderOptions> = {}) =>
    renderReply({ reply, surface, pace, isRecalled: false, signal: stop.signal, ...options, ...changes })
  return { clock, surface, reply, stop, pace, run }
}

const base = { v: 1, id: 'event', at: 0, correlationId: 'turn', turnId: 'turn' } as const

/** Speaks to a reply as a worker would. */
function speaker(reply: LiveReply, attempt = 1) {
  let index = 0
  const tell = (event: { type: 'reply.start' } | { type: 'reply.delta'; text: string }) =>
    reply.accept({ ...base, ...event, attempt, index: index++ } as ReplyEvent)
  tell({ type: 'reply.start' })
  return (text: string) => tell({ type: 'reply.delta', text })
}

describe('renderReply', () => {
  it('sends a short answer at once, in one message without an edit', async () => {
    const { surface, reply, run } = rendering()
    const done = run()
    speaker(reply)('Hi')
    reply.finish({ status: 'complete', text: 'Hi there.' })
    expect(await done).toEqual(['m0'])
    expect(surface.steps).toEqual([['send', 'Hi there.']])
  })

  it('edits about once a second while words come, and ends with the whole text', async () => {
    const { clock, surface, reply, run } = rendering()
    const done = run()
    const say = speaker(reply)
    for (let count = 0; count < 100; count++) {
      say(`${count} `)
      await clock.advance(50)
    }
    const whole = Array.from({ length: 100 }, (_, count) => count).join(' ')
    reply.finish({ status: 'complete', text: whole })
    await done
    expect(surface.times[0]).toBeGreaterThanOrEqual(300)
    expect(surface.steps.length).toBeGreaterThanOrEqual(5)
    expect(surface.steps.length).toBeLessThanOrEqual(7)
    expect(surface.messages.get('m0')).toBe(whole)
  })

  it('shares the pace of a channel between its answers', async () => {
    const { clock, surface, pace, run } = rendering()
    const replies = Array.from({ length: 5 }, () => new LiveReply())
    const done = replies.map((reply) => run({ reply, pace }))
    const speakers = replies.map((reply) => speaker(reply))
    for (let count = 0; count < 200; count++) {
      for (const say of speakers) say('word ')
      await clock.advance(50)
    }
    expect(surface.steps.length).toBeGreaterThanOrEqual(8)
    expect(surface.steps.length).toBeLessThanOrEqual(11)
    for (const reply of replies) reply.finish({ status: 'complete', text: 'end' })
    await Promise.all(done)
  })

  it('edits less often where requests queue', async () => {
    const { clock, surface, reply, run } = rendering()
    const slow = surface.edit.bind(surface)
    surface.edit = async (message, content) => {
      await clock.sleep(3_000, new AbortController().signal)
      return await slow(message, content)
    }
    const done = run()
    const say = speaker(reply)
    for (let count = 0; count < 300; count++) {
      say('w')
      await clock.advance(50)
    }
    expect(surface.steps.length).toBeLessThanOrEqual(5)
    reply.finish({ status: 'complete', text: 'end' })
    await clock.advance(10_000)
    await done
    expect(surface.messages.get('m0')).toBe('end')
  })

  it('goes on in further messages when one is full', async () => {
    const { clock, surface, reply, run } = rendering()
    const done = run()
    const say = speaker(reply)
    const line = `${'word '.repeat(19)}word\n`
    for (let count = 0; count < 30; count++) {
      say(line)
      await clock.advance(400)
    }
    expect([...surface.messages.keys()]).toEqual(['m0', 'm1'])
    const settled = surface.messages.get('m0')
    reply.finish({ status: 'complete', text: line.repeat(30) })
    expect(await done).toEqual(['m0', 'm1'])
    expect(surface.messages.get('m0')).toBe(settled)
  })

  it('begins again in the same message when the turn does', async () => {
    const { clock, surface, reply, run } = rendering()
    const done = run()
    speaker(reply)('The first try said this')
    await clock.advance(2_000)
    const again = speaker(reply, 2)
    await clock.advance(2_000)
    expect(surface.messages.get('m0')).toBe('The first try said this')
    again('Second')
    await clock.advance(2_000)
    expect(surface.messages.get('m0')).toBe('Second')
    reply.finish({ status: 'complete', text: 'Second try.' })
    expect(await done).toEqual(['m0'])
    expect(surface.steps.filter(([kind]) => kind === 'send')).toHaveLength(1)
  })

  it('removes messages that a shorter second try no longer needs', async () => {
    const { clock, surface, reply, run } = rendering()
    const done = run()
    speaker(reply)('long line\n'.repeat(300))
    await clock.advance(5_000)
    expect(surface.messages.size).toBe(2)
    speaker(reply, 2)('short')
    reply.finish({ status: 'complete', text: 'short' })
    expect(await done).toEqual(['m0'])
    expect([...surface.messages.values()]).toEqual(['short'])
  })

  it('takes everything back when the question is retracted, also after the end', async () => {
    const { clock, surface, reply, run } = rendering()
    const done = run()
    speaker(reply)('Half an ans')
    await clock.advance(1_000)
    expect(surface.messages.size).toBe(1)
    reply.finish({ status: 'complete', text: 'Half an answer.' })
    reply.retract()
    expect(await done).toEqual([])
    expect(surface.messages.size).toBe(0)
  })

  it('keeps what was said when the answer is stopped', async () => {
    const { surface, reply, run } = rendering()
    const done = run()
    reply.finish({ status: 'stopped', text: 'Half an ans' })
    await done
    expect([...surface.messages.values()]).toEqual(['Half an ans'])
  })

  it('says the notice of a failure, below what there is of an answer', async () => {
    const whole = rendering()
    whole.reply.finish({ status: 'failed', text: '', notice: 'The model is away.' })
    await whole.run()
    expect([...whole.surface.messages.values()]).toEqual(['The model is away.'])

    const half = rendering()
    half.reply.finish({ status: 'failed', text: 'Half', notice: 'The model is away.' })
    await half.run()
    expect([...half.surface.messages.values()]).toEqual(['Half\n-# The model is away.'])
  })

  it('completes what an earlier process has shown instead of sending it again', async () => {
    const { surface, reply, run } = rendering()
    surface.earlier = [{ id: 'old', content: 'Hel' }]
    reply.finish({ status: 'complete', text: 'Hello.' })
    expect(await run({ isRecalled: true })).toEqual(['old'])
    expect(surface.steps).toEqual([['edit', 'Hello.']])
  })

  it('goes on after a passing fault and gives up after a final one', async () => {
    const { clock, surface, reply, run } = rendering()
    const done = run()
    const say = speaker(reply)
    surface.fault = new Error('502')
    say('Hello')
    await clock.advance(2_000)
    surface.fault = undefined
    say(' you')
    await clock.advance(2_000)
    expect([...surface.messages.values()]).toEqual(['Hello you'])
    surface.fault = new AnswerGoneError('deleted')
    say('!')
    const failed = expect(done).rejects.toThrow(AnswerGoneError)
    await clock.advance(2_000)
    await failed
  })

  it('ends where it stands when the process stops', async () => {
    const { clock, reply, stop, run } = rendering()
    const done = run()
    speaker(reply)('Hel')
    const failed = expect(done).rejects.toThrow('stopping')
    await clock.advance(1_000)
    stop.abort(new Error('stopping'))
    await failed
  })

  it('says that an answer is too long instead of filling a channel', async () => {
    const { surface, reply, run } = rendering()
    reply.finish({ status: 'complete', text: 'line of the answer\n'.repeat(1_000) })
    expect(await run()).toHaveLength(3)
    expect(surface.messages.get('m2')).toMatch(/longer than fits/)
  })
})
