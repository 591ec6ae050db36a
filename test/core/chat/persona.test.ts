import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { overridePersona, PersonaOverride } from '#core/chat/persona.ts'
import { loadPersona, PersonaFileError, parsePersona } from '#core/chat/persona-file.ts'
import { resolvePersona, scopesOf } from '#core/chat/place-settings.ts'
import { createLogger, type LogFields } from '#core/telemetry/logger.ts'

const lumi = await loadPersona()
const readable = `name: Juno
description: a lighthouse keeper
personality: Patient.
style: Brief.
greeting: Ahoy.
languages: [en]
`

function faultsOf(yaml: string): readonly string[] {
  try {
    parsePersona(yaml, 'juno.yaml')
  } catch (error) {
    if (error instanceof PersonaFileError) return error.faults
    throw error
  }
  return []
}

describe('a persona file', () => {
  test('is Lumi when none is named', () => {
    expect(lumi).toMatchObject({ name: 'Lumi', languages: ['en', 'de', 'ja'] })
    expect(lumi.expressions).toContain('happy')
  })

  test('is read from where the operator says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'persona-'))
    try {
      await writeFile(join(folder, 'juno.yaml'), readable)
      expect(await loadPersona(join(folder, 'juno.yaml'))).toMatchObject({ name: 'Juno', do: [], dont: [] })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('that is missing is named, with the setting to look at', async () => {
    await expect(loadPersona('/nowhere/juno.yaml')).rejects.toThrow(/\/nowhere\/juno\.yaml.*\n.*PERSONA_FILE/)
  })

  test('has all its faults reported at once, each with line and field', () => {
    const yaml =
      'name: ""\ndescription: a keeper\nstyle: Brief.\ngreeting: Ahoy.\nlanguages:\n  - en\n  - english\nmood: sunny\n'
    expect(faultsOf(yaml)).toEqual([
      expect.stringMatching(/^line 1, name: /),
      'line 1, personality: is missing',
      'line 7, languages.1: expected a language tag such as en or pt-BR',
      'line 1, mood: no such field',
    ])
  })

  test('that is not YAML has the line where reading stopped', () => {
    expect(faultsOf(`${readable}do: [a, b\n`)[0]).toMatch(/^line [78]: /)
    expect(faultsOf('just a sentence')).toEqual([expect.stringMatching(/^line 1, the file: /)])
  })
})

describe('overrides', () => {
  test('of the more specific place win', () => {
    const persona = overridePersona(lumi, [{ style: 'guild', greeting: 'guild' }, { style: 'channel' }])
    expect(persona).toMatchObject({ style: 'channel', greeting: 'guild', name: 'Lumi' })
  })

  test('add to what a wider place forbids and never take away', () => {
    const persona = overridePersona(lumi, [{ dont: ['Swear.'] }, { dont: [], quietTopics: ['politics'] }])
    expect(persona.dont).toEqual([...lumi.dont, 'Swear.'])
    expect(persona.quietTopics).toEqual([...lumi.quietTopics, 'politics'])
  })

  test('cannot change what only the file may say', () => {
    expect(PersonaOverride.parse({ description: 'x', expressions: [], style: 's' })).toEqual({ style: 's' })
  })

  test('are bounded in length', () => {
    expect(PersonaOverride.safeParse({ style: 'x'.repeat(501) }).success).toBe(false)
  })
})

describe('resolving', () => {
  const thread = { kind: 'thread', id: '3', parentId: '2', guildId: '1' } as const
  const lines: string[] = []
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) })
  const resolve = (settings: Record<string, unknown>) =>
    resolvePersona(
      lumi,
      { platform: 'discord', place: thread, personId: '9' },
      { logger, readSetting: async (scope, key) => settings[`${scope} ${key}`] },
    )

  test('looks at the app, the guild, the channel and the thread, in this order', () => {
    expect(scopesOf('discord', thread)).toEqual([
      'app',
      'discord:guild:1',
      'discord:channel:2',
      'discord:channel:3',
    ])
    expect(scopesOf('web', { kind: 'web', id: 'c' })).toEqual(['app', 'web:channel:c'])
  })

  test('lays them over each other', async () => {
    const { persona } = await resolve({
      'app persona': { style: 'app', name: 'App' },
      'discord:guild:1 persona': { style: 'guild' },
      'discord:channel:2 persona': { greeting: 'Channel.' },
      'discord:channel:3 persona': { personality: 'Thread.' },
    })
    expect(persona).toMatchObject({
      name: 'App',
      style: 'guild',
      greeting: 'Channel.',
      personality: 'Thread.',
    })
  })

  test('lets a person wish for style, language and a name, and nothing else', async () => {
    const { persona, wishes } = await resolve({
      'person:9 persona': {
        style: 'like a pirate',
        language: 'de',
        callMe: 'Cap',
        dont: [],
        name: 'Evil',
        quietTopics: [],
      },
    })
    expect(persona).toEqual(lumi)
    expect(wishes).toEqual({ style: 'like a pirate', language: 'de', callMe: 'Cap' })
  })

  test('leaves out a stored value that is not usable and says where, without the value', async () => {
    const { persona } = await resolve({ 'discord:guild:1 persona': { style: 42, note: 'private words' } })
    expect(persona).toEqual(lumi)
    const line = JSON.parse(lines.at(-1) ?? '{}') as LogFields
    expect(line).toMatchObject({ level: 'warn', scope: 'discord:guild:1', key: 'persona' })
    expect(lines.join()).not.toContain('private words')
  })
})
