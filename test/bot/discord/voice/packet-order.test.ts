import { describe, expect, it } from 'vitest'
import { PacketOrder } from '#bot/discord/voice/worker/packet-order.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'

/** What a speaker's packets become: their numbers, and `-` for each 20 ms that were made up. */
function listen() {
  const clock = new VirtualClock()
  const heard: string[] = []
  const order = new PacketOrder({
    clock,
    onPacket: (packet) => heard.push(`${packet[0]}`),
    onMissing: (next) => heard.push(next ? '-' : '~'),
  })
  const take = (sequence: number, timestamp = sequence * 960, ssrc = 1) =>
    order.take(
      { ssrc, sequence: sequence & 0xffff, timestamp: timestamp >>> 0 },
      Uint8Array.of(sequence & 0xff),
    )
  return { clock, heard, take }
}

describe('packets of one speaker', () => {
  it('pass at once while they come in order, over the end of the numbers, too', () => {
    const { heard, take } = listen()
    for (const sequence of [65_534, 65_535, 65_536, 65_537]) take(sequence)
    expect(heard).toEqual(['254', '255', '0', '1'])
  })

  it('are put in order when one overtakes another', () => {
    const { heard, take } = listen()
    for (const sequence of [1, 3, 2, 4]) take(sequence)
    expect(heard).toEqual(['1', '2', '3', '4'])
  })

  it('are made up for when they stay away, the last from the copy in the next one', async () => {
    const { clock, heard, take } = listen()
    take(1)
    take(4)
    expect(heard).toEqual(['1'])
    await clock.advance(61)
    expect(heard).toEqual(['1', '~', '-', '4'])
  })

  it('do not wait for more than a few others', () => {
    const { heard, take } = listen()
    for (const sequence of [1, 3, 4, 5, 6, 7]) take(sequence)
    expect(heard).toEqual(['1', '-', '3', '4', '5', '6', '7'])
  })

  it('are not missed in a pause, when only the time moves on', async () => {
    const { clock, heard, take } = listen()
    take(1)
    take(2, 100 * 960)
    take(4, 102 * 960)
    await clock.advance(61)
    expect(heard).toEqual(['1', '2', '-', '4'])
  })

  it('are dropped when they come too late or twice', () => {
    const { heard, take } = listen()
    for (const sequence of [1, 2, 2, 1, 3]) take(sequence)
    expect(heard).toEqual(['1', '2', '3'])
  })

  it('begin anew with another sender or a far jump', () => {
    const { heard, take } = listen()
    take(1)
    take(9_000)
    take(5, 5 * 960, 2)
    expect(heard).toEqual(['1', `${9_000 & 0xff}`, '5'])
  })

  it('are made up for at most a tenth of a second', async () => {
    const { clock, heard, take } = listen()
    take(1)
    take(100)
    await clock.advance(61)
    expect(heard.filter((one) => one === '~' || one === '-')).toHaveLength(5)
  })
})
