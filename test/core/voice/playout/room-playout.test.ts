import { beforeEach, describe, expect, test } from 'vitest'
import { frameSamples } from '#core/voice/frame.ts'
import { frameClockOf } from '#core/voice/playout/frame-clock.ts'
import { createRoomPlayout } from '#core/voice/playout/room-playout.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'
import { frameOf, listeningRoom, silentListener, values } from './listening-room.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = new VirtualClock()
})

/** A released track with frames of the values 1000, 2000, 3000 … */
function playing({ frames }: { frames: number }) {
  const place = listeningRoom(clock)
  const track = place.room.open(silentListener)
  for (let index = 1; index <= frames; index++) track.push(frameOf(index * 1_000))
  track.release()
  return { ...place, track }
}

describe('a room', () => {
  test('plays the first frame as soon as 40 ms are there, and then one every 20 ms', async () => {
    const { heard, track } = playing({ frames: 1 })
    await clock.advance(7)
    expect(heard).toHaveLength(0)

    track.push(frameOf(2_000))
    track.push(frameOf(3_000))
    await clock.advance(45)

    expect(heard.map(({ atMs }) => atMs - 1_007)).toEqual([0, 20, 40])
    expect(values(heard)).toEqual([1_000, 2_000, 3_000])
  })

  test('sends each frame before it tells of it', async () => {
    const { room, heard } = listeningRoom(clock)
    const told: number[] = []
    const track = room.open({ ...silentListener, frame: () => told.push(heard.length) })
    for (let index = 1; index <= 3; index++) track.push(frameOf(index * 1_000))
    track.release()
    await clock.advance(45)
    expect(told).toEqual([1, 2, 3])
  })

  test('plays what is short of 40 ms when nothing follows it', async () => {
    const { heard, track } = playing({ frames: 1 })
    track.flush()
    expect(values(heard)).toEqual([1_000])
  })

  test('plays nothing before it is released', async () => {
    const { room, heard } = listeningRoom(clock)
    const track = room.open(silentListener)
    for (let index = 0; index < 5; index++) track.push(frameOf(1_000))
    await clock.advance(500)
    expect(heard).toHaveLength(0)
    expect(room.isPlaying).toBe(false)

    track.release()
    expect(heard).toHaveLength(1)
    expect(room.isPlaying).toBe(true)
  })

  test('rests, and sets no timer, when everything was played', async () => {
    const { room, rests, track } = playing({ frames: 3 })
    const end = track.end()
    await clock.advance(100)
    expect(await end).toBe('played')
    expect(track.framesPlayed).toBe(3)
    expect(rests).toEqual([1_060])
    expect(clock.timerCount).toBe(0)
    expect(room.isPlaying).toBe(false)
  })

  test('resumes with the frame at whose beginning it was paused, fading out and in', async () => {
    const { room, heard, rests, track } = playing({ frames: 6 })
    await clock.advance(25)
    room.pause()
    await clock.advance(300)
    expect(values(heard)).toEqual([1_000, 2_000, 0])
    expect(heard[2]?.frame.subarray(0, 3)).toEqual(Int16Array.of(3_000, 2_987, 2_975))
    expect(track.framesPlayed).toBe(2)
    expect(rests).toEqual([1_060])
    expect(clock.timerCount).toBe(0)

    room.resume()
    await clock.advance(65)
    expect(values(heard.slice(3))).toEqual([3_000, 4_000, 5_000, 6_000])
    expect(heard[3]?.frame[0]).toBe(0)
    expect(heard[4]?.frame[0]).toBe(4_000)
  })

  test('tells its listener at which frame it was held, and when it goes on', async () => {
    const { room } = listeningRoom(clock)
    const told: string[] = []
    const track = room.open({
      frame: (index, atMs) => told.push(`${index} at ${atMs - 1_000}`),
      held: (index) => told.push(`held at ${index}`),
    })
    for (let index = 0; index < 4; index++) track.push(frameOf(1_000))
    track.release()
    await clock.advance(25)
    room.pause()
    await clock.advance(75)
    room.resume()
    await clock.advance(25)
    expect(told).toEqual(['0 at 0', '1 at 20', 'held at 2', '2 at 100', '3 at 120'])
  })

  test('starts nothing while it is paused', async () => {
    const { room, heard } = listeningRoom(clock)
    room.pause()
    const track = room.open(silentListener)
    for (let index = 0; index < 4; index++) track.push(frameOf(1_000))
    track.release()
    await clock.advance(200)
    expect(heard).toHaveLength(0)
    room.resume()
    expect(heard).toHaveLength(1)
  })

  test('ends a cut track with a fade, having counted exactly the frames that were whole', async () => {
    const { heard, rests, track } = playing({ frames: 10 })
    await clock.advance(70)
    track.cut()
    expect(await track.over).toBe('cut')
    expect(track.framesPlayed).toBe(4)
    await clock.advance(100)
    expect(values(heard)).toEqual([1_000, 2_000, 3_000, 4_000, 0])
    expect(heard[4]?.frame[0]).toBe(5_000)
    expect(rests).toEqual([1_100])
  })

  test('plays tracks in the order of their release, without a gap', async () => {
    const { room, heard } = listeningRoom(clock)
    const [late, early] = [room.open(silentListener), room.open(silentListener)]
    for (const [track, value] of [
      [late, 1_000],
      [early, 2_000],
    ] as const) {
      track.push(frameOf(value))
      track.push(frameOf(value))
      void track.end()
    }
    early.release()
    late.release()
    await clock.advance(200)
    expect(values(heard)).toEqual([2_000, 2_000, 1_000, 1_000])
    expect(heard.map(({ atMs }) => atMs)).toEqual([1_000, 1_020, 1_040, 1_060])
  })

  test('cuts what is released when eight tracks are already waiting', async () => {
    const { room } = listeningRoom(clock)
    const tracks = Array.from({ length: 9 }, () => room.open(silentListener))
    for (const track of tracks) track.release()
    expect(tracks.map((track) => track.isOver)).toEqual([...Array(8).fill(false), true])
  })

  test('plays silence when it runs dry, says once whose fault that is, and waits for 40 ms', async () => {
    const { heard, track } = playing({ frames: 2 })
    await clock.advance(90)
    expect(values(heard)).toEqual([1_000, 2_000, 0, 0, 0])
    expect(heard[2]?.frame[0]).toBe(2_000)
    expect(heard[2]?.frame.slice(240).every((sample) => sample === 0)).toBe(true)
    expect(track.underruns).toEqual({ ours: 0, service: 1 })

    track.push(frameOf(3_000))
    await clock.advance(20)
    expect(values(heard)).toHaveLength(6)
    expect(values(heard).at(-1)).toBe(0)
    track.push(frameOf(4_000))
    await clock.advance(40)
    expect(values(heard).slice(6)).toEqual([3_000, 4_000])
    expect(track.framesPlayed).toBe(4)
  })

  test('takes the blame when there would have been sound to push', async () => {
    const { track } = playing({ frames: 2 })
    track.waitsFor = 'us'
    await clock.advance(50)
    expect(track.underruns).toEqual({ ours: 1, service: 0 })
  })

  test('rests when there is nothing to play for more than a second, and goes on later', async () => {
    const { heard, rests, track } = playing({ frames: 2 })
    await clock.advance(3_000)
    expect(rests).toHaveLength(1)
    expect(heard).toHaveLength(52)
    expect(clock.timerCount).toBe(0)

    track.push(frameOf(3_000))
    track.push(frameOf(4_000))
    await clock.advance(20)
    expect(values(heard).slice(52)).toEqual([3_000, 4_000])
    expect(track.underruns.service).toBe(1)
  })

  test('is 12 dB quieter when ducked, within one frame, and as loud as before afterwards', async () => {
    const { room, heard } = playing({ frames: 8 })
    room.duck()
    await clock.advance(45)
    room.unduck()
    await clock.advance(45)
    const middles = heard.map(({ frame }, index) => (frame[frameSamples - 1] ?? 0) / (index + 1) / 1_000)
    expect(middles.map((gain) => Math.round(20 * Math.log10(gain)) + 0)).toEqual([0, -12, -12, 0, 0])
    expect(heard[1]?.frame[0]).toBe(2_000)
  })

  test('cuts everything when it is closed', async () => {
    const { room, track, rests } = playing({ frames: 8 })
    const later = room.open(silentListener)
    later.release()
    room[Symbol.dispose]()
    expect([await track.over, await later.over]).toEqual(['cut', 'cut'])
    expect(rests).toHaveLength(1)
    expect(clock.timerCount).toBe(0)
  })

  test('lets a pusher wait when a quarter of a second is queued', async () => {
    const { track } = playing({ frames: 13 })
    let hasSpace = false
    const space = track.whenSpace().then(() => {
      hasSpace = true
    })
    await clock.settle()
    expect(hasSpace).toBe(false)
    await clock.advance(20)
    await space
  })
})

describe('the frame clock', () => {
  test('sends what a short stall held up at once, and is on time again', async () => {
    const { heard } = playing({ frames: 12 })
    await clock.stall(95)
    expect(heard.map(({ atMs }) => atMs - 1_000)).toEqual([0, 95, 95, 95, 95])
    await clock.advance(30)
    expect(heard.slice(5).map(({ atMs }) => atMs - 1_000)).toEqual([100, 120])
  })

  test('does not send seconds of sound at once after a long stall', async () => {
    const { heard } = playing({ frames: 12 })
    await clock.stall(5_000)
    expect(heard).toHaveLength(2)
    expect(frameClockOf(clock).stalls).toBe(1)
    await clock.advance(40)
    expect(heard.slice(2).map(({ atMs }) => atMs - 1_000)).toEqual([5_020, 5_040])
  })

  test('serves forty rooms with one timer, each every 20 ms from its own beginning', async () => {
    const rooms = []
    for (let index = 0; index < 40; index++) {
      await clock.advance(0.7)
      rooms.push({ ...playing({ frames: 12 }), beganAtMs: clock.now() })
      expect(clock.timerCount).toBe(1)
    }
    await clock.advance(100)
    for (const { heard, beganAtMs } of rooms) {
      const wanted = heard.map((_, frame) => beganAtMs + 20 * frame)
      expect(Math.max(...heard.map(({ atMs }, frame) => Math.abs(atMs - (wanted[frame] ?? 0))))).toBeLessThan(
        0.6,
      )
      expect(heard.length).toBeGreaterThanOrEqual(6)
    }
    expect(frameClockOf(clock).lateness.maxMs).toBeLessThan(0.6)
  })

  test('fails only the room whose way out is broken', async () => {
    const fault = new Error('the socket is gone')
    const out = {
      play() {
        throw fault
      },
      rest() {},
    }
    const broken = createRoomPlayout({ out, clock }).open(silentListener)
    const { heard } = playing({ frames: 6 })
    broken.push(frameOf(1))
    broken.push(frameOf(1))
    broken.release()
    await expect(broken.over).rejects.toBe(fault)
    await clock.advance(65)
    expect(heard).toHaveLength(4)
  })
})
