import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { ConfigError, loadConfig, requireSharedServices, settingNames } from '#core/config.ts'

describe('settings', () => {
  it('need nothing to start', () => {
    const config = loadConfig({})
    expect(config.web).toEqual({ port: 3000, host: '127.0.0.1' })
    expect(config.inference).toEqual({})
    expect(config.dataDir).toBe('.data')
    expect(() => requireSharedServices(config, 'web')).toThrow(
      /NATS_URL: not given[\s\S]*DATABASE_URL: not given/,
    )
  })

  it('treat an empty value as not given', () => {
    expect(loadConfig({ NATS_URL: '', DISCORD_TOKEN: '  ' })).toEqual(loadConfig({}))
  })

  it('give every model service its prefix under RAY_SERVE_URL', () => {
    const { inference } = loadConfig({ RAY_SERVE_URL: 'http://ray:8000/', LLM_MODEL: 'qwen3' })
    expect(inference.llm).toEqual({ url: 'http://ray:8000/llm', model: 'qwen3' })
    expect(inference.stt?.url).toBe('http://ray:8000/whisper')
    expect(inference.tts?.url).toBe('http://ray:8000/tts')
    expect(inference.embeddings?.url).toBe('http://ray:8000/embeddings')
    expect(inference.reranker?.url).toBe('http://ray:8000/reranker')
  })

  it("let a service's own address replace base and prefix", () => {
    const { inference } = loadConfig({ RAY_SERVE_URL: 'http://ray:8000', STT_URL: 'http://whisper.lab' })
    expect(inference.stt).toEqual({ url: 'http://whisper.lab' })
    expect(inference.tts?.url).toBe('http://ray:8000/tts')
  })

  it('take a file or an address for what hears the end of a turn, and nothing else', () => {
    for (const turnModel of ['/models/smart-turn.onnx', 'models/smart turn.onnx', 'https://turn.lab/judge'])
      expect(loadConfig({ TURN_MODEL: turnModel }).inference).toEqual({ turnModel })
    expect(faultsOf({ TURN_MODEL: 'ftp://turn.lab' }).message).toMatch(/TURN_MODEL: .*Smart Turn v3/)
  })

  it('report all faults at once, each with its name and what is expected', () => {
    const error = faultsOf({ PORT: 'eighty', NATS_URL: 'localhost:4222', LOG_LEVEL: 'loud' })
    expect(error.faults.map((fault) => fault.name).sort()).toEqual(['LOG_LEVEL', 'NATS_URL', 'PORT'])
    expect(error.message).toContain('PORT: was "eighty"; expected a port number from 0 to 65535.')
  })

  it('never repeat a secret, not even inside an address', () => {
    const error = faultsOf({
      DISCORD_TOKEN: 'canary one two',
      DATABASE_URL: 'mysql://user:canary@db/x',
      RAY_SERVE_URL: 'ftp://user:canary@ray',
      SESSION_SECRET: 'canary',
    })
    expect(error.faults).toHaveLength(4)
    expect(error.message).not.toContain('canary')
  })

  it('refuse a host that others can reach, because nobody has to sign in', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5']) {
      expect(faultsOf({ HOST: host }).message).toContain('everyone there would be the owner')
    }
    for (const host of ['127.0.0.1', '::1', 'localhost'])
      expect(loadConfig({ HOST: host }).web.host).toBe(host)
  })

  it('let other machines in once people have to sign in', () => {
    const discord = { DISCORD_CLIENT_ID: '1', DISCORD_CLIENT_SECRET: 'x' }
    const proxy = { AUTHENTIK_PROXY: '1', AUTHENTIK_ISSUER: 'https://auth/o/c/', AUTHENTIK_CLIENT_ID: 'c' }
    for (const env of [discord, proxy])
      expect(loadConfig({ HOST: '0.0.0.0', ...env }).web.host).toBe('0.0.0.0')
    expect(loadConfig(proxy).authentikProxy).toEqual({ issuer: 'https://auth/o/c/', audience: 'c' })
    expect(
      faultsOf({ HOST: '0.0.0.0', AUTHENTIK_PROXY: '1' })
        .faults.map(({ name }) => name)
        .sort(),
    ).toEqual(['AUTHENTIK_CLIENT_ID', 'AUTHENTIK_ISSUER', 'HOST'])
  })

  it('suggest the setting that a misspelled name in .env most likely means', () => {
    const error = faultsOf({}, ['DISCORD_TOKN', 'COMPOSE_PROJECT_NAME'])
    expect(error.faults).toEqual([
      { name: 'DISCORD_TOKN', given: 'no setting has this name', expected: 'DISCORD_TOKEN' },
    ])
  })

  it('say which setting is missing beside another', () => {
    expect(faultsOf({ GITHUB_CLIENT_ID: 'abc' }).message).toContain(
      'GITHUB_CLIENT_SECRET: not given; expected a value, because GITHUB_CLIENT_ID is set.',
    )
  })
})

function faultsOf(env: Record<string, string>, fileNames: string[] = []): ConfigError {
  try {
    loadConfig(env, fileNames)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the settings were accepted')
}

it('explains every setting in .env.example, and nothing else', async () => {
  const example = await readFile('.env.example', 'utf8')
  const named = [...example.matchAll(/^#([A-Z_]+)=/gm)].map((match) => match[1])
  expect(named.toSorted()).toEqual([...settingNames].toSorted())
})
