import { describe, expect, it } from 'vitest'
import type { DaveBehaviour } from '#test/support/discord/voice/dave/dave-behaviour.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import type { Person } from '#test/support/discord/world/person.ts'
import type { Scene } from '../bot.ts'
import { join, Listener, play, startVoiceScene } from './bot-voice.ts'
import { strongest, tone } from './tones.ts'

const notes = [440, 660, 880, 1_320]

const scene = (dave: Partial<DaveBehaviour>) => startVoiceScene({ voice: { dave } })

const epochs = ({ discord }: Scene) =>
  discord.ledger
    .of('voice.dave.epoch')
    .map(({ epoch, by, members }) => ({ epoch, by, members: members.length }))

const privacyCode = ({ discord }: Scene, channel: Channel, person: Person) =>
  discord.voice.room(channel.id).dave.people.get(person.id)?.privacyCode

describe('an end-to-end encrypted call', () => {
  it.each([
    ['bot', 0],
    ['bot', 1],
    ['person', 0],
    ['person', 1],
  ] as const)(
    'is begun by the %s with transition %i and carries sound both ways',
    async (committer, nextTransitionId) => {
      await using all = await scene({ committer, nextTransitionId })
      const { discord, guild, alice, bot } = all
      const channel = guild.voiceChannel('talk')
      alice.joinVoice(channel)
      const connection = await join(bot, channel)
      expect(epochs(all)).toEqual([{ epoch: 1, by: committer, members: 2 }])
      expect(connection.voicePrivacyCode).toMatch(/^(\d{5} ?){6}$/)
      expect(connection.voicePrivacyCode).toBe(privacyCode(all, channel, alice))
      const listener = new Listener(connection, alice.id)
      await alice.speaks(tone(440, 400))
      await discord.world.waitFor('all of it', () => listener.sounding[19])
      expect(strongest(await listener.decode(), notes)).toMatchObject({ hz: 440 })
      await play(connection, tone(880, 400))
      const heard = await channel.heard()
      expect(heard.undecryptable).toBe(0)
      expect(heard.frames.filter(({ isEndToEnd }) => isEndToEnd)).toHaveLength(20)
      expect(strongest(heard.samples, notes)).toMatchObject({ hz: 880 })
      connection.destroy()
    },
  )
})
