import { frameSamples } from '#core/voice/frame.ts'
import type { AudioOut } from '#core/voice/playout/audio-out.ts'
import { createRoomPlayout } from '#core/voice/playout/room-playout.ts'
import type { TrackListener } from '#core/voice/playout/track.ts'
import type { VirtualClock } from '#test/support/virtual-clock.ts'

export interface Heard {
  readonly atMs: number
  readonly frame: Int16Array
}

/** A room that writes down what is heard in it. */
export function listeningRoom(clock: VirtualClock) {
  const heard: Heard[] = []
  const rests: number[] = []
  const out: AudioOut = {
    play: (frame) => heard.push({ atMs: clock.now(), frame }),
    rest: () => rests.push(clock.now()),
  }
  return { room: createRoomPlayout({ out, clock }), heard, rests }
}

/** A frame that is recognised by its samples. */
export function frameOf(value: number): Int16Array {
  return new Int16Array(frameSamples).fill(value)
}

/** The value in the middle of each frame, where no fade reaches. */
export function values(heard: readonly Heard[]): number[] {
  return heard.map(({ frame }) => frame[frameSamples / 2] ?? Number.NaN)
}

export const silentListener: TrackListener = { frame() {}, held() {} }
