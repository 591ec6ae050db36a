import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

/** Each `.env` and the settings that its report must name. */
const brokenFiles: readonly (readonly [content: string, names: readonly string[]])[] = [
  ['PORT=eighty', ['PORT']],
  ['PORT=-1', ['PORT']],
  ['PORT=65536', ['PORT']],
  ['PORT=30 00', ['PORT']],
  ['PORT=3e3', ['PORT']],
  ['HOST=0.0.0.0', ['HOST']],
  ['HOST=::', ['HOST']],
  ['HOST=companion.example', ['HOST']],
  ['PUBLIC_URL=companion.example', ['PUBLIC_URL']],
  ['PUBLIC_URL=javascript:alert(1)', ['PUBLIC_URL']],
  ['LOG_LEVEL=verbose', ['LOG_LEVEL']],
  ['SESSION_SECRET=short', ['SESSION_SECRET']],
  ['NATS_URL=localhost:4222', ['NATS_URL']],
  ['NATS_URL=http://localhost:4222', ['NATS_URL']],
  ['DATABASE_URL=mysql://db/companions', ['DATABASE_URL']],
  ['DATABASE_URL=postgres', ['DATABASE_URL']],
  ['MILVUS_URL=milvus:19530', ['MILVUS_URL']],
  ['RAY_SERVE_URL=ray.lab', ['RAY_SERVE_URL']],
  ['LLM_URL=file:///etc/passwd', ['LLM_URL']],
  ['STT_URL=ws://whisper.lab', ['STT_URL']],
  ['DISCORD_TOKEN="two words"', ['DISCORD_TOKEN']],
  ['DISCORD_API_URL=http://localhost:1', ['DISCORD_TOKEN']],
  ['TWITCH_CHANNELS=lumi,not a channel\nTWITCH_CLIENT_ID=x\nTWITCH_CLIENT_SECRET=y', ['TWITCH_CHANNELS']],
  ['TWITCH_BOT_USER_ID=lumi', ['TWITCH_BOT_USER_ID']],
  ['GOOGLE_CLIENT_ID=abc', ['GOOGLE_CLIENT_SECRET']],
  ['AUTHENTIK_CLIENT_ID=a\nAUTHENTIK_CLIENT_SECRET=b', ['AUTHENTIK_ISSUER']],
  ['AUTHENTIK_PROXY=perhaps', ['AUTHENTIK_PROXY']],
  ['ADMIN_IDENTITIES=me@example.com', ['ADMIN_IDENTITIES']],
  ['DISCORD_TOKN=abc', ['DISCORD_TOKN', 'DISCORD_TOKEN']],
  [
    'PORT=x\nHOST=0.0.0.0\nNATS_URL=y\nOTEL_EXPORTER_OTLP_ENDPOINT=z',
    ['PORT', 'HOST', 'NATS_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
  ],
]

const launcher = resolve('bin/companions.mjs')

it('ends with code 1 and one clear report for each of 30 broken .env files', {
  timeout: 120_000,
}, async () => {
  expect(brokenFiles).toHaveLength(30)
  for (const [content, names] of brokenFiles) {
    const { code, stdout, stderr } = await startWith(content)
    expect({ content, code, stdout }).toEqual({ content, code: 1, stdout: '' })
    for (const name of names) expect(stderr).toContain(name)
    expect(stderr).toMatch(
      /^(One setting needs|\d+ settings need) attention:\n( {2}.+\n)+Settings come from .+\n$/,
    )
  }
})

async function startWith(envFile: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const cwd = await mkdtemp(join(tmpdir(), 'companions-settings-'))
  try {
    await writeFile(join(cwd, '.env'), envFile)
    return await run(cwd)
  } finally {
    await rm(cwd, { recursive: true })
  }
}

function run(cwd: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const env = { PATH: process.env.PATH }
    execFile(process.execPath, [launcher], { cwd, env, timeout: 20_000 }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code) : 0, stdout, stderr })
    })
  })
}
