import { toEpochMs } from '#core/voice/clock.ts'
import type { Room } from './room.ts'
import type { VoiceRequest } from './session-ports.ts'
import { withoutBeginning } from './spoken-words.ts'
import type { Turn } from './turn.ts'

/** What the turn asks: the transcript without what was answered before speech went on. */
export function requestOf({ place }: Room, { id, speech, understood }: Turn): VoiceRequest {
  const { person, startedMs, answeredText } = speech
  const whole = understood?.text ?? ''
  const rest = answeredText === '' ? whole : withoutBeginning(whole, answeredText)
  return {
    turnId: id,
    person,
    place,
    text: rest === '' ? whole : rest,
    ...(understood?.language === undefined ? {} : { locale: understood.language }),
    at: Math.round(toEpochMs(startedMs)),
  }
}
