import { expect, test } from 'vitest'
import { turnIdOf } from '#core/chat/turn-id.ts'

const anna = { platform: 'discord', platformUserId: '80351110224678912' } as const

test('is base32 of the SHA-256 of platform, user and message, so every process finds the same', () => {
  expect(turnIdOf(anna, '1')).toBe('qml5rn3v7nnhi3piwrk5tkzkea')
})

test('gives 26 characters that fit into a subject', () => {
  for (let message = 0; message < 100; message++)
    expect(turnIdOf(anna, `${message}`)).toMatch(/^[a-z2-7]{26}$/)
})

test('tells people, platforms and messages apart', () => {
  const ids = [
    turnIdOf(anna, '1'),
    turnIdOf(anna, '2'),
    turnIdOf({ ...anna, platform: 'web' }, '1'),
    turnIdOf({ ...anna, platformUserId: '8' }, '1'),
  ]
  expect(new Set(ids).size).toBe(4)
})
