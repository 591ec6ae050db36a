import { isIP } from 'node:net'
import { z } from 'zod'

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const

const webUrl = z.url({ protocol: /^https?$/, error: 'an address such as http://localhost:11434' })

const host = z
  .string()
  .refine((value) => isIP(value) > 0 || value === 'localhost', 'an IP address or localhost')
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'a port number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'a port number from 0 to 65535')

const text = z.string()
const url = webUrl
/** Discord and Twitch tokens hold no white space; a pasted line break is the usual mistake. */
const secret = z
  .string()
  .regex(/^[\x21-\x7e]+$/, 'one word of printable characters, without spaces or quotes')
const clientId = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'the client id as the provider shows it')
const flag = z
  .enum(['0', '1', 'true', 'false'], { error: '1 or 0' })
  .transform((value) => value === '1' || value === 'true')
const list = (item: RegExp, expected: string) =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .refine((items) => items.every((part) => item.test(part)), expected)

/** Every setting by the name of its environment variable, and what a usable value is. */
export const fields = {
  PORT: port,
  HOST: host,
  PUBLIC_URL: url,
  DATA_DIR: text.refine((value) => !value.includes('\0'), 'a folder'),
  LOG_LEVEL: z.enum(logLevels, { error: `one of ${logLevels.join(', ')}` }),
  SESSION_SECRET: z.string().min(32, 'at least 32 characters, for example from `openssl rand -hex 32`'),
  NATS_URL: z.url({ protocol: /^(nats|tls)$/, error: 'an address such as nats://localhost:4222' }),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'an address such as postgres://user:password@localhost/companions',
  }),
  MILVUS_URL: url,
  RAY_SERVE_URL: url,
  STT_URL: url,
  LLM_URL: url,
  TTS_URL: url,
  EMBEDDINGS_URL: url,
  RERANKER_URL: url,
  STT_MODEL: text,
  LLM_MODEL: text,
  TTS_MODEL: text,
  EMBEDDINGS_MODEL: text,
  RERANKER_MODEL: text,
  TURN_MODEL: text.refine(
    (value) => !/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || webUrl.safeParse(value).success,
    'the path of a Smart Turn v3 .onnx file, or an address such as http://localhost:8100/turn',
  ),
  INFERENCE_API_KEY: secret,
  PERSONA_FILE: text,
  DISCORD_TOKEN: secret,
  DISCORD_API_URL: url,
  TWITCH_CLIENT_ID: clientId,
  TWITCH_CLIENT_SECRET: secret,
  TWITCH_CHANNELS: list(/^#?[A-Za-z0-9_]{1,25}$/, 'channel names separated by commas'),
  TWITCH_IRC_URL: z.url({ protocol: /^wss?$/, error: 'an address such as wss://irc-ws.chat.twitch.tv' }),
  TWITCH_ACCESS_TOKEN: secret,
  TWITCH_REFRESH_TOKEN: secret,
  TWITCH_BOT_USER_ID: z.string().regex(/^\d{1,20}$/, 'the numeric user id of the bot account'),
  TWITCH_BOT_LOGIN: z.string().regex(/^[A-Za-z0-9_]{1,25}$/, 'the login name of the bot account'),
  GOOGLE_CLIENT_ID: clientId,
  GOOGLE_CLIENT_SECRET: secret,
  GOOGLE_OAUTH_URL: url,
  DISCORD_CLIENT_ID: clientId,
  DISCORD_CLIENT_SECRET: secret,
  DISCORD_OAUTH_URL: url,
  GITHUB_CLIENT_ID: clientId,
  GITHUB_CLIENT_SECRET: secret,
  GITHUB_OAUTH_URL: url,
  TWITCH_OAUTH_URL: url,
  AUTHENTIK_CLIENT_ID: clientId,
  AUTHENTIK_CLIENT_SECRET: secret,
  AUTHENTIK_ISSUER: url,
  AUTHENTIK_PROXY: flag,
  ADMIN_IDENTITIES: list(
    /^(google|discord|github|twitch|authentik):\S+$/,
    'pairs such as discord:80351110224678912, separated by commas',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
} as const
