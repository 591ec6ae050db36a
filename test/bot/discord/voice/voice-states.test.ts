import { expect, it } from 'vitest'
import { VoiceStates } from '#bot/discord/voice/voice-states.ts'

const user = (id: string, bot = false) => ({ id, username: `user-${id}`, global_name: null, bot })
const state = (userId: string, channelId: string | null, more: object = {}) => ({
  guild_id: '1',
  user_id: userId,
  channel_id: channelId,
  session_id: 's',
  ...more,
})

it('knows from the guild who is where, under which name', () => {
  const states = new VoiceStates()
  expect(states.knows('1')).toBe(false)
  const member = { user: user('7'), nick: 'Anna' }
  states.reset({ id: '1', voice_states: [{ ...state('7', '20'), guild_id: undefined }], members: [member] })
  expect(states.knows('1')).toBe(true)
  expect(states.inChannel('1', '20')).toEqual([
    { userId: '7', channelId: '20', displayName: 'Anna', isBot: false, isMuted: false, isSuppressed: false },
  ])
})

it('follows people as they come, move, mute and leave', () => {
  const states = new VoiceStates()
  const member = { user: user('7'), nick: null }
  expect(states.update(state('7', '20', { member }))).toMatchObject({
    before: undefined,
    after: { channelId: '20' },
  })
  // Discord may leave the member out; the name stays.
  expect(states.update(state('7', '21', { self_mute: true }))).toMatchObject({
    before: { channelId: '20' },
    after: { channelId: '21', displayName: 'user-7', isMuted: true },
  })
  expect(states.update(state('7', null))).toMatchObject({ before: { channelId: '21' }, after: undefined })
  expect(states.find('1', '7')).toBeUndefined()
})

it('leaves direct calls alone, and forgets guilds that are gone', () => {
  const states = new VoiceStates()
  expect(states.update({ ...state('7', '20'), guild_id: undefined })).toBeUndefined()
  states.update(state('8', '20', { member: { user: user('8', true) } }))
  expect(states.find('1', '8')?.isBot).toBe(true)
  states.forget('1')
  expect(states.inChannel('1', '20')).toEqual([])
})
