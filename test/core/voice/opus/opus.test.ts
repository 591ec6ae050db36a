import { describe, expect, it } from 'vitest'
import { decodeOggOpus } from '#core/voice/opus/decode-ogg-opus.ts'
import { SoundTooLongError, UnreadableSoundError } from '#core/voice/opus/errors.ts'
import { oggPackets } from '#core/voice/opus/ogg-packets.ts'
import { openOpusDecoder } from '#core/voice/opus/opus-decoder.ts'
import { openOpusEncoder } from '#core/voice/opus/opus-encoder.ts'
import { encodeOggOpus } from '#test/support/ogg-opus.ts'
import { rootMeanSquare } from '#test/support/sound.ts'

const signal = new AbortController().signal

function tone(samples: number, hz = 440): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * i) / 48_000))
}

function* framesOf(samples: Int16Array): Generator<Int16Array> {
  for (let at = 0; at + 960 <= samples.length; at += 960) yield samples.subarray(at, at + 960)
}

describe('Opus', () => {
  it('gives back what was encoded, frame by frame', async () => {
    using encoder = await openOpusEncoder()
    using decoder = await openOpusDecoder()
    const heard = [...framesOf(tone(48_000))].map((frame) => decoder.decode(encoder.encode(frame)))
    expect(heard.every(({ length }) => length === 960)).toBe(true)
    expect(rootMeanSquare(heard.at(-1) ?? new Int16Array())).toBeCloseTo(8_000 / Math.SQRT2, -3)
  })

  it('fills a lost frame with sound like the one before', async () => {
    using encoder = await openOpusEncoder()
    using decoder = await openOpusDecoder()
    const packets = [...framesOf(tone(48_000))].map((frame) => encoder.encode(frame))
    for (const packet of packets.slice(0, 20)) decoder.decode(packet)
    const madeUp = decoder.conceal()
    expect(madeUp).toHaveLength(960)
    expect(rootMeanSquare(madeUp)).toBeGreaterThan(2_000)
    const copied = decoder.conceal(packets[22])
    expect(copied).toHaveLength(960)
  })

  it('refuses what is no packet and decodes the next one', async () => {
    using encoder = await openOpusEncoder()
    using decoder = await openOpusDecoder()
    expect(() => decoder.decode(new Uint8Array())).toThrow(UnreadableSoundError)
    expect(() => decoder.decode(Uint8Array.of(0xff, 0xff, 0xff))).toThrow(UnreadableSoundError)
    expect(decoder.decode(encoder.encode(tone(960)))).toHaveLength(960)
  })
})

describe('Ogg Opus', () => {
  it('decodes a whole file', async () => {
    const { samples, sampleRateHz } = await decodeOggOpus(await encodeOggOpus(tone(48_000)), {
      maxSeconds: 5,
      signal,
    })
    expect(sampleRateHz).toBe(48_000)
    expect(samples.length).toBe(48_000 - 312)
    expect(rootMeanSquare(samples.subarray(4_800, 43_200))).toBeCloseTo(8_000 / Math.SQRT2, -3)
  })

  it('joins packets that go over several segments', async () => {
    const lacing = [255, 255, 10, 0, 3]
    const head = Buffer.alloc(27)
    head.write('OggS', 'latin1')
    head[26] = lacing.length
    const body = Buffer.alloc(523, 7)
    const packets = [...oggPackets(Buffer.concat([head, Buffer.from(lacing), body]))]
    expect(packets.map(({ length }) => length)).toEqual([520, 0, 3])
  })

  it('reads a file that was cut off up to there', async () => {
    const file = await encodeOggOpus(tone(48_000))
    const { samples } = await decodeOggOpus(file.subarray(0, file.length - 500), { maxSeconds: 5, signal })
    expect(samples.length).toBeGreaterThan(20_000)
  })

  it('refuses other files, and sound beyond the limit', async () => {
    await expect(decodeOggOpus(Buffer.from('<html>'.repeat(20)), { maxSeconds: 5, signal })).rejects.toThrow(
      UnreadableSoundError,
    )
    await expect(decodeOggOpus(new Uint8Array(), { maxSeconds: 5, signal })).rejects.toThrow(
      UnreadableSoundError,
    )
    const file = await encodeOggOpus(tone(96_000))
    await expect(decodeOggOpus(file, { maxSeconds: 1, signal })).rejects.toThrow(SoundTooLongError)
  })
})
