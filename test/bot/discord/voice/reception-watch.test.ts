import { describe, expect, it } from 'vitest'
import { ReceptionWatch } from '#bot/discord/voice/worker/reception-watch.ts'

function watch() {
  const deaf: string[] = []
  const unannounced: number[] = []
  const reception = new ReceptionWatch({
    onDeaf: (reason) => deaf.push(reason),
    onUnannounced: (ssrc) => unannounced.push(ssrc),
  })
  /** A second of sound, of which so many packets can be made out. */
  const second = (packets: number, decrypted: number, userId = '1') => {
    for (let n = 0; n < packets; n++) reception.sent(userId)
    for (let n = 0; n < decrypted; n++) reception.decrypted(userId)
    reception.judge()
  }
  return { deaf, unannounced, reception, second }
}

describe('what is received', () => {
  it('is at fault after two seconds of speech that nobody could make out', () => {
    const { deaf, second } = watch()
    second(50, 0)
    expect(deaf).toEqual([])
    second(50, 0)
    expect(deaf).toEqual(['undecryptable'])
  })

  it('is not at fault for a second of new keys, for strays, or for silence', () => {
    const { deaf, second } = watch()
    for (let n = 0; n < 5; n++) {
      second(50, 0)
      second(50, 1)
      second(5, 0)
      second(0, 0)
    }
    expect(deaf).toEqual([])
  })

  it('asks whose packets they are before it gives up on them', () => {
    const { deaf, unannounced, reception } = watch()
    for (let second = 0; second < 3; second++) {
      for (let n = 0; n < 50; n++) reception.unannounced(9)
      reception.judge()
    }
    expect(unannounced).toEqual([9, 9, 9])
    expect(deaf).toEqual(['unannounced'])
  })
})
