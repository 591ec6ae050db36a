import { randomUUID } from 'node:crypto'
import { frameMs, type StageEvent } from '#core/protocol/stage.ts'
import { clapFrames, clapSamples, clapShape } from '#core/voice/clap.ts'
import { frameSamples } from '#core/voice/frame.ts'
import { StageVoice } from '#core/voice/mouth/stage-voice.ts'
import type { Room } from './room.ts'

/** Silence before it, so that every viewer knows of it before it is heard. */
const leadFrames = 400 / frameMs
/** Half as loud as a voice that shouts. */
const peak = 12_000

/**
 * Claps once, heard and seen as an answer is.
 * @returns when it is heard, in milliseconds since the epoch; undefined while something else is being said
 */
export async function clapIn(room: Room): Promise<number | undefined> {
  if (room.playout.isPlaying || room.playout.isPaused) return undefined
  const heard = Promise.withResolvers<number | undefined>()
  const onStage = (event: StageEvent) => {
    room.options.onStage(event)
    if (event.type === 'stage.utterance.start') heard.resolve(event.playAt + leadFrames * frameMs)
  }
  const { clock } = room
  const stage = new StageVoice({ utteranceId: `clap-${randomUUID()}`, onStage, now: () => clock.now() })
  const track = room.playout.open(stage)
  for (const frame of frames()) {
    if (frame.isClap) stage.nextShape().set(clapShape)
    else stage.nextShape().fill(0)
    track.push(frame.samples)
  }
  track.release()
  room.run(
    track
      .end()
      .then((end) => (end === 'played' ? stage.end(clock.now()) : stage.cut(track.framesPlayed)))
      .finally(() => heard.resolve(undefined)),
  )
  return await heard.promise
}

function* frames() {
  for (let count = 0; count < leadFrames; count++)
    yield { isClap: false, samples: new Int16Array(frameSamples) }
  const samples = clapSamples(peak)
  for (let count = 0; count < clapFrames; count++)
    yield { isClap: true, samples: samples.slice(count * frameSamples, (count + 1) * frameSamples) }
}
