import { describe, expect, it } from 'vitest'
import { join, Listener, play, startVoiceScene } from './bot-voice.ts'
import { strongest, tone } from './tones.ts'

const notes = [440, 660, 880, 1_320]

describe('a voice channel', () => {
  it('carries sound both ways', async () => {
    await using scene = await startVoiceScene()
    const { discord, guild, alice, bot } = scene
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const listener = new Listener(connection, alice.id)
    const spoken = await alice.speaks(tone(440, 600))
    expect(spoken.frames).toBe(30)
    await discord.world.waitFor('all of it', () => listener.sounding[29])
    expect(listener.sounding).toHaveLength(30)
    expect(strongest(await listener.decode(), notes)).toMatchObject({ hz: 440 })
    await play(connection, tone(880, 600))
    const heard = await channel.heard()
    expect(heard.lost).toBe(0)
    expect(strongest(heard.samples, notes)).toMatchObject({ hz: 880 })
    connection.destroy()
  })
})
