import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeSound } from '#core/protocol/sound-frame.ts'
import { post } from '#test/support/http-ask.ts'
import { answering, type Script, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { StageViewer } from '#test/support/stage/stage-viewer.ts'
import { openWebWorld, type WebWorld } from '#test/support/web-world.ts'

let world: WebWorld
let script: Script = answering('Hello.')
let count = 0

beforeAll(async () => {
  world = await openWebWorld({ chatModel: scriptedModel((request, signal) => script(request, signal)) })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

async function watchChat(): Promise<StageViewer> {
  const { text } = await post(world.origin, '/overlays', { name: 'x', source: 'page', place: '' })
  const [, id = '', token = ''] = /\/o\/([a-z2-7]+)#([a-z2-7]{32})/.exec(text) ?? []
  const settings = { name: 'x', source: 'page', place: '', delayMs: '0', quality: 'low', framing: 'whole' }
  await post(world.origin, `/overlays/${id}`, { ...settings, sound: 'on', captions: 'on' })
  return await StageViewer.watch(world.origin, { id, token })
}

async function say(text: string): Promise<void> {
  const fields = { conversation: `stage-${++count}`, key: `key-key-${count}`, text }
  await post(world.origin, '/chat/send', fields)
}

test('an answer of the chat page is spoken on its stage, with mouth, caption, face and sound', async () => {
  script = answering('[happy] Hello', ' there.')
  using viewer = await watchChat()
  await say('hi')
  await viewer.next('end')
  await viewer.next('state', ({ state }) => state === 'listening')
  const states = viewer.frames.flatMap((frame) => (frame.type === 'state' ? [frame.state] : []))
  expect(states).toEqual(['thinking', 'speaking', 'listening'])
  expect((await viewer.next('expression')).name).toBe('happy')
  expect((await viewer.next('caption')).text).toBe('Hello there.')
  const start = await viewer.next('start')
  const mouth = await viewer.next('mouth')
  expect(mouth.firstFrame).toBe(0)
  const sounds = viewer.sounds.flatMap((bytes) => decodeSound(bytes) ?? [])
  const [first] = sounds
  expect(Math.abs((first?.playAt ?? 0) - start.playAt)).toBeLessThan(25)
  const frames = sounds.reduce((sum, { pcm }) => sum + pcm.length / 1_920, 0)
  expect(frames).toBeGreaterThan(20)
  for (const [index, { firstFrame, playAt, utterance }] of sounds.entries()) {
    expect(utterance).toBe(start.utterance)
    expect(playAt).toBeCloseTo((first?.playAt ?? 0) + 20 * firstFrame, 3)
    expect(firstFrame).toBe(index * 3)
  }
})

test('a new question cuts the answer that is being spoken', async () => {
  script = answering(`${'A long sentence that goes on and on and on. '.repeat(10)}`)
  using viewer = await watchChat()
  await say('first')
  const first = await viewer.next('mouth')
  script = answering('Short.')
  await say('second')
  expect((await viewer.next('cut')).utterance).toBe(first.utterance)
  const next = await viewer.next('start', ({ utterance }) => utterance !== first.utterance)
  await viewer.next('end', ({ utterance }) => utterance === next.utterance)
})
