import { warmUpMouth } from '#core/voice/mouth/warm-up.ts'
import { clapIn } from './clap.ts'
import { Room } from './room.ts'
import type { Person, SessionOptions, SpeakerInput, VoiceSession } from './session-ports.ts'
import { Speaker } from './speaker.ts'

/** More people than a voice channel lets in; whoever comes later is not heard. */
const maxPeople = 100

/**
 * One room in which the companion listens and speaks, until disposed or the signal aborts. Everything that was begun
 * then ends, and disposing resolves when it has.
 */
export function openSession(options: SessionOptions): VoiceSession {
  const room = new Room(options)
  const speakers = new Set<Speaker>()
  const closing = Promise.withResolvers<void>()
  let isClosing = false

  async function close(): Promise<void> {
    for (const speaker of [...speakers]) leave(speaker)
    await room[Symbol.asyncDispose]()
  }
  function beginClosing(): Promise<void> {
    if (!isClosing) closing.resolve(close())
    isClosing = true
    return closing.promise
  }
  function leave(speaker: Speaker): void {
    if (speakers.delete(speaker)) speaker[Symbol.dispose]()
  }
  function join(person: Person): SpeakerInput {
    if (isClosing || speakers.size >= maxPeople) return unheard
    const speaker = new Speaker(room, person)
    speakers.add(speaker)
    return {
      push: (samples, receivedAtMs) => speaker.push(samples, receivedAtMs),
      [Symbol.dispose]: () => leave(speaker),
    }
  }

  // Failures of closing are tasks' failures, which the room logs.
  options.signal.addEventListener('abort', () => void beginClosing(), { once: true })
  room.showState()
  // Once a process, before anybody has said anything.
  setImmediate(warmUpMouth)
  return {
    join,
    say: (text) => room.say(text),
    stop: () => room.endTurns('stopped'),
    clap: () => clapIn(room),
    get lastTurn() {
      return room.lastTurn
    },
    [Symbol.asyncDispose]: beginClosing,
  }
}

const unheard: SpeakerInput = { push: () => undefined, [Symbol.dispose]: () => undefined }
