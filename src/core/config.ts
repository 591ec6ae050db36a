import type { z } from 'zod'
import { fields } from './settings/fields.ts'
import { nearestName } from './settings/nearest-name.ts'
import type { LogLevel } from './telemetry/logger.ts'

/** Where one model service is. `url` is its base address; the OpenAI-shaped paths (`/v1/…`) come after it. */
export interface ServiceTarget {
  readonly url: string
  readonly model?: string
}

export interface TwitchSettings {
  readonly clientId: string
  readonly clientSecret: string
  readonly channels: readonly string[]
  readonly ircUrl?: string
  /** First-start seed of the bot account; later kept in the database. */
  readonly bot?: { accessToken: string; refreshToken: string; userId: string; login: string }
}

export const signInProviders = ['google', 'discord', 'github', 'twitch', 'authentik'] as const
export type SignInProvider = (typeof signInProviders)[number]

export interface SignInSettings {
  readonly clientId: string
  readonly clientSecret: string
  /** Another base address of the provider; Authentik's issuer. */
  readonly url?: string
}

/** Every setting, validated; each part is handed to the code that needs it. */
export interface Config {
  readonly dataDir: string
  /** Undefined: quiet for `all`, where a person sits at the terminal, `info` for the single roles. */
  readonly logLevel?: LogLevel
  readonly web: { readonly port: number; readonly host: string; readonly publicUrl?: string }
  readonly sessionSecret?: string
  readonly natsUrl?: string
  readonly databaseUrl?: string
  readonly milvusUrl?: string
  readonly personaFile?: string
  readonly inference: {
    readonly apiKey?: string
    readonly llm?: ServiceTarget
    readonly stt?: ServiceTarget
    readonly tts?: ServiceTarget
    readonly embeddings?: ServiceTarget
    readonly reranker?: ServiceTarget
    /** A Smart Turn v3 file, or the address of an endpoint, that hears the end of a turn. */
    readonly turnModel?: string
  }
  readonly discord?: { readonly token: string; readonly apiUrl?: string }
  readonly twitch?: TwitchSettings
  readonly signIn: Readonly<Partial<Record<SignInProvider, SignInSettings>>>
  /** An Authentik proxy in front signs people in; what its tokens must say. */
  readonly authentikProxy?: { readonly issuer: string; readonly audience: string }
  /** `provider:subject` pairs of the people who may use the admin page. */
  readonly adminIdentities: readonly string[]
  readonly otlpEndpoint?: string
}

/** One thing that is wrong with the settings, in a sentence for the person who wrote them. */
export interface ConfigFault {
  readonly name: string
  readonly given: string
  readonly expected: string
}

/** Thrown with every fault at once, so that nobody has to fix settings one restart at a time. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    super(describeFaults(faults))
    this.faults = faults
  }
}

function describeFaults(faults: readonly ConfigFault[]): string {
  const lines = faults.map(({ name, given, expected }) => `  ${name}: ${given}; expected ${expected}.`)
  const heading =
    faults.length === 1 ? 'One setting needs attention:' : `${faults.length} settings need attention:`
  return [
    heading,
    ...lines,
    'Settings come from the environment and from .env; .env.example explains each.',
  ].join('\n')
}

/** Reaching the web side from these hosts means sitting at this machine. */
const loopbackHosts = new Set(['127.0.0.1', '::1', 'localhost'])

type FieldName = keyof typeof fields
type Values = { readonly [Name in FieldName]?: z.output<(typeof fields)[Name]> }

export const settingNames = Object.keys(fields) as readonly FieldName[]

/** Never repeated in a report, not even in part. */
const secretNames = /TOKEN|SECRET|API_KEY|DATABASE_URL|NATS_URL/

/**
 * Reads all settings from an environment. An empty value counts as not given.
 * @param fileNames names that come from `.env`; there a near miss of a setting's name is a fault, too.
 * @throws ConfigError with every fault
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  fileNames: readonly string[] = [],
): Config {
  const faults: ConfigFault[] = findMisspelled(fileNames)
  const values = parseFields(env, faults)
  const config = arrange(values)
  faults.push(...findConflicts(values, config))
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

function findMisspelled(fileNames: readonly string[]): ConfigFault[] {
  return fileNames.flatMap((name) => {
    if (name in fields) return []
    const nearest = nearestName(name, settingNames)
    return nearest ? [{ name, given: 'no setting has this name', expected: nearest }] : []
  })
}

function parseFields(env: Readonly<Record<string, string | undefined>>, faults: ConfigFault[]): Values {
  const values: Record<string, unknown> = {}
  for (const name of settingNames) {
    const raw = env[name]
    if (raw === undefined || raw.trim() === '') continue
    const parsed = fields[name].safeParse(raw.trim())
    if (parsed.success) values[name] = parsed.data
    else
      faults.push({
        name,
        given: showGiven(name, raw),
        expected: parsed.error.issues[0]?.message ?? 'another value',
      })
  }
  return values as Values
}

function showGiven(name: string, raw: string): string {
  if (secretNames.test(name)) return 'the value given is not usable (not shown, it is a secret)'
  const shown = withoutPassword(raw.length > 80 ? `${raw.slice(0, 80)}…` : raw)
  return `was ${JSON.stringify(shown)}`
}

/** People put passwords into addresses; `//user:password@` never reaches a report. */
function withoutPassword(raw: string): string {
  return raw.replace(/\/\/[^/@\s]*@/g, '//…@')
}

function arrange(values: Values): Config {
  const twitch = arrangeTwitch(values)
  const config: Config = {
    dataDir: values.DATA_DIR ?? '.data',
    web: {
      port: values.PORT ?? 3000,
      host: values.HOST ?? '127.0.0.1',
      ...given({ publicUrl: values.PUBLIC_URL }),
    },
    inference: {
      ...given({
        apiKey: values.INFERENCE_API_KEY,
        llm: target(values, 'LLM', 'llm'),
        stt: target(values, 'STT', 'whisper'),
        tts: target(values, 'TTS', 'tts'),
        embeddings: target(values, 'EMBEDDINGS', 'embeddings'),
        reranker: target(values, 'RERANKER', 'reranker'),
        turnModel: values.TURN_MODEL,
      }),
    },
    signIn: arrangeSignIn(values),
    adminIdentities: values.ADMIN_IDENTITIES ?? [],
    ...given({
      logLevel: values.LOG_LEVEL,
      sessionSecret: values.SESSION_SECRET,
      natsUrl: values.NATS_URL,
      databaseUrl: values.DATABASE_URL,
      milvusUrl: values.MILVUS_URL,
      personaFile: values.PERSONA_FILE,
      otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
      authentikProxy: arrangeProxy(values),
      twitch,
      discord: values.DISCORD_TOKEN
        ? { token: values.DISCORD_TOKEN, ...given({ apiUrl: values.DISCORD_API_URL }) }
        : undefined,
    }),
  }
  return config
}

/** Drops undefined members, as exactOptionalPropertyTypes wants it. */
function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never
}

type ServiceName = 'LLM' | 'STT' | 'TTS' | 'EMBEDDINGS' | 'RERANKER'

function target(values: Values, service: ServiceName, routePrefix: string): ServiceTarget | undefined {
  const base = values.RAY_SERVE_URL?.replace(/\/+$/, '')
  const address = values[`${service}_URL`] ?? (base === undefined ? undefined : `${base}/${routePrefix}`)
  if (address === undefined) return undefined
  return { url: address.replace(/\/+$/, ''), ...given({ model: values[`${service}_MODEL`] }) }
}

function arrangeTwitch(values: Values): TwitchSettings | undefined {
  const { TWITCH_CLIENT_ID: clientId, TWITCH_CLIENT_SECRET: clientSecret } = values
  if (!clientId || !clientSecret || !values.TWITCH_CHANNELS?.length) return undefined
  const { TWITCH_ACCESS_TOKEN: accessToken, TWITCH_REFRESH_TOKEN: refreshToken } = values
  const { TWITCH_BOT_USER_ID: userId, TWITCH_BOT_LOGIN: login } = values
  const bot =
    accessToken && refreshToken && userId && login ? { accessToken, refreshToken, userId, login } : undefined
  const channels = values.TWITCH_CHANNELS.map((channel) => channel.replace(/^#/, '').toLowerCase())
  return { clientId, clientSecret, channels, ...given({ ircUrl: values.TWITCH_IRC_URL, bot }) }
}

type ProviderName = 'GOOGLE' | 'DISCORD' | 'GITHUB' | 'TWITCH' | 'AUTHENTIK'
const providerName = (provider: SignInProvider) => provider.toUpperCase() as ProviderName

function arrangeSignIn(values: Values): Config['signIn'] {
  const entries = signInProviders.flatMap((provider) => {
    const name = providerName(provider)
    const id = values[`${name}_CLIENT_ID`]
    const providerSecret = values[`${name}_CLIENT_SECRET`]
    if (!id || !providerSecret) return []
    const address = name === 'AUTHENTIK' ? values.AUTHENTIK_ISSUER : values[`${name}_OAUTH_URL`]
    return [[provider, { clientId: id, clientSecret: providerSecret, ...given({ url: address }) }] as const]
  })
  return Object.fromEntries(entries)
}

function arrangeProxy(values: Values): Config['authentikProxy'] | undefined {
  const { AUTHENTIK_PROXY: isWanted, AUTHENTIK_ISSUER: issuer, AUTHENTIK_CLIENT_ID: audience } = values
  return isWanted && issuer && audience ? { issuer, audience } : undefined
}

/** Whether people are told apart; otherwise everybody who reaches the pages is their owner. */
export function hasSignIn({ signIn, authentikProxy }: Pick<Config, 'signIn' | 'authentikProxy'>): boolean {
  return Object.keys(signIn).length > 0 || authentikProxy !== undefined
}

function findConflicts(values: Values, config: Config): ConfigFault[] {
  return [...findLonelySettings(values), ...findOpenDoor(config)]
}

/** Settings that mean nothing without another one. */
function findLonelySettings(values: Values): ConfigFault[] {
  const needs: readonly (readonly [FieldName, FieldName])[] = [
    ['DISCORD_API_URL', 'DISCORD_TOKEN'],
    ['TWITCH_CHANNELS', 'TWITCH_CLIENT_ID'],
    ['TWITCH_ACCESS_TOKEN', 'TWITCH_REFRESH_TOKEN'],
    ['TWITCH_REFRESH_TOKEN', 'TWITCH_BOT_USER_ID'],
    ['TWITCH_BOT_USER_ID', 'TWITCH_BOT_LOGIN'],
    ['TWITCH_BOT_LOGIN', 'TWITCH_ACCESS_TOKEN'],
    ['AUTHENTIK_CLIENT_ID', 'AUTHENTIK_ISSUER'],
    // A proxy's tokens are checked with public keys: the client id alone says whom they are for.
    ...(values.AUTHENTIK_PROXY
      ? ([
          ['AUTHENTIK_PROXY', 'AUTHENTIK_ISSUER'],
          ['AUTHENTIK_PROXY', 'AUTHENTIK_CLIENT_ID'],
        ] as const)
      : []),
    ...signInProviders
      .filter((provider) => provider !== 'authentik' || !values.AUTHENTIK_PROXY)
      .map((provider) => pair(providerName(provider), 'CLIENT_ID', 'CLIENT_SECRET')),
    ...signInProviders.map((provider) => pair(providerName(provider), 'CLIENT_SECRET', 'CLIENT_ID')),
  ]
  return needs.flatMap(([name, needed]) =>
    values[name] !== undefined && values[needed] === undefined
      ? [{ name: needed, given: 'not given', expected: `a value, because ${name} is set` }]
      : [],
  )
}

function pair(
  provider: ProviderName,
  name: 'CLIENT_ID' | 'CLIENT_SECRET',
  needed: 'CLIENT_ID' | 'CLIENT_SECRET',
) {
  return [`${provider}_${name}`, `${provider}_${needed}`] as const
}

/** Without sign-in everybody who reaches the page is its owner, so only this machine may reach it. */
function findOpenDoor({ web, ...config }: Config): ConfigFault[] {
  if (loopbackHosts.has(web.host) || hasSignIn(config)) return []
  return [
    {
      name: 'HOST',
      given: `was ${JSON.stringify(web.host)}, which other machines can reach, and without sign-in everyone there would be the owner`,
      expected:
        '127.0.0.1 (the default), ::1 or localhost, or a sign-in provider (for example DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET)',
    },
  ]
}

/**
 * A role that runs alone meets the others over NATS and PostgreSQL; embedded ones would be its own.
 * @throws ConfigError
 */
export function requireSharedServices(config: Config, role: string): void {
  const needed = [
    ['NATS_URL', config.natsUrl, 'the address of the NATS server'],
    ['DATABASE_URL', config.databaseUrl, 'the address of the PostgreSQL database'],
  ] as const
  const faults = needed
    .filter(([, value]) => value === undefined)
    .map(([name, , what]) => ({
      name,
      given: 'not given',
      expected: `${what} that all roles share, because \`${role}\` runs alone (\`all\` needs none)`,
    }))
  if (faults.length > 0) throw new ConfigError(faults)
}
