import { expect, it } from 'vitest'
import { OpusOut } from '#bot/discord/voice/worker/opus-out.ts'
import { openOpusEncoder } from '#core/voice/opus/opus-encoder.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'

async function open() {
  const clock = new VirtualClock()
  const sent: string[] = []
  const sink = {
    send: (packet: Buffer) => sent.push(packet.toString('hex') === 'f8fffe' ? 'silence' : 'sound'),
    endSpeaking: () => sent.push('end'),
  }
  return { clock, sent, out: new OpusOut(await openOpusEncoder(), sink, clock) }
}

const frame = () => new Int16Array(960).fill(5_000)

it('ends a sound with five frames of silence, 20 ms apart, and then stops speaking', async () => {
  const { clock, sent, out } = await open()
  out.play(frame())
  out.rest()
  await clock.advance(60)
  expect(sent).toEqual(['sound', 'silence', 'silence', 'silence'])
  await clock.advance(100)
  expect(sent).toEqual(['sound', ...Array(5).fill('silence'), 'end'])
})

it('goes on at once when there is more to say', async () => {
  const { clock, sent, out } = await open()
  out.play(frame())
  out.rest()
  await clock.advance(20)
  out.play(frame())
  await clock.advance(200)
  expect(sent).toEqual(['sound', 'silence', 'sound'])
})
