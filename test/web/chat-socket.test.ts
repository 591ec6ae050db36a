import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { answering, failing, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { openWebWorld, TestSocket, type WebWorld } from '#test/support/web-world.ts'
import type { ServerFrame } from '#web/chat/socket-protocol.ts'

const key = (() => {
  let count = 0
  return () => `test-key-${++count}`
})()

describe('a chat socket', () => {
  test('streams an answer and ends it with HTML', async () => {
    await using world = await openWebWorld({
      chatModel: scriptedModel(answering('Hello **you**', ' there.')),
    })
    using socket = await TestSocket.greet(world.origin, 'talk')
    socket.send({ type: 'send', key: key(), text: 'hi' })
    const accepted = await socket.next('accepted')
    const end = await socket.next('end')
    expect(socket.frames.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['said', 'accepted', 'start', 'delta']),
    )
    expect(end).toMatchObject({
      turn: accepted.turn,
      reply: {
        status: 'complete',
        text: 'Hello **you** there.',
        html: '<p>Hello <strong>you</strong> there.</p>\n',
      },
    })
  })
})
