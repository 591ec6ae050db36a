import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GatewayIntentBits } from 'discord-api-types/v10'
import type { Clock } from './clock.ts'
import { Gateway } from './gateway/gateway.ts'
import { defaultGatewayOptions, type GatewayOptions } from './gateway/gateway-state.ts'
import type { Ledger } from './ledger.ts'
import { RestFaults } from './rest/faults.ts'
import { RateLimiter } from './rest/limiter.ts'
import { discordRateLimits, type RateLimitOptions } from './rest/rate-limits.ts'
import { commandRoutes } from './rest/routes/commands.ts'
import { gatewayRoutes } from './rest/routes/gateway.ts'
import { interactionRoutes } from './rest/routes/interactions.ts'
import { messageRoutes } from './rest/routes/messages.ts'
import { placeRoutes } from './rest/routes/places.ts'
import { reactionRoutes } from './rest/routes/reactions.ts'
import { threadRoutes } from './rest/routes/threads.ts'
import { voiceStateRoutes } from './rest/routes/voice-states.ts'
import { webhookRoutes } from './rest/routes/webhooks.ts'
import { createRestListener } from './rest/server.ts'
import { createState, type DiscordState } from './state/state.ts'
import type { VoiceOptions } from './voice/behaviour.ts'
import { Voice } from './voice/voice.ts'
import { World } from './world/world.ts'

export interface DiscordStandInOptions {
  readonly token?: string
  readonly botName?: string
  readonly port?: number
  /** A clock to share with the code under test; by default the machine's, which `clock.advance` moves ahead. */
  readonly clock?: Clock
  /** The ledger is also appended to this file, a JSON object per line. */
  readonly ledgerFile?: string
  /** Discord's by default; `false` switches them off. */
  readonly rateLimits?: RateLimitOptions | false
  /** `approvedIntents` starts empty, as for a new application: message content must be switched on to be had. */
  readonly gateway?: Partial<GatewayOptions>
  readonly nonceWindowMs?: number
  /** How the voice servers behave; can be changed later too. */
  readonly voice?: VoiceOptions
}

export interface DiscordStandIn extends AsyncDisposable {
  /** What `DISCORD_API_URL` and discord.js' `rest.api` take. */
  readonly apiUrl: string
  readonly token: string
  readonly applicationId: string
  readonly clock: Clock
  readonly ledger: Ledger
  /** The guilds, channels and people; where tests act and look. */
  readonly world: World
  /** Cuts, reconnects, duplicates and other faults of the gateway. */
  readonly gateway: Gateway
  /** Faults of single requests. */
  readonly faults: RestFaults
  /** Rate limits, and the count of invalid requests. */
  readonly limiter: RateLimiter
  /** The voice servers: their faults, the line to them, what moderators do. */
  readonly voice: Voice
  dispose(): Promise<void>
}

/**
 * A Discord on a loopback port that the unmodified discord.js logs in to: REST and gateway of API version 10. Tests
 * drive it through `world` and read what happened from there and from `ledger`.
 */
export async function startDiscordStandIn(options: DiscordStandInOptions = {}): Promise<DiscordStandIn> {
  const { token = 'stand-in-token', botName = 'companion', clock, ledgerFile } = options
  const state = createState({ token, botName, clock, ledgerFile })
  const limiter = new RateLimiter(
    state.clock,
    options.rateLimits === false ? undefined : (options.rateLimits ?? discordRateLimits),
  )
  const faults = new RestFaults()
  const http = createServer()
  const gateway = new Gateway(state, http, { ...defaultGatewayOptions, ...options.gateway })
  state.nonceWindowMs = options.nonceWindowMs ?? state.nonceWindowMs
  state.isContentApproved = (gateway.state.options.approvedIntents & GatewayIntentBits.MessageContent) !== 0
  const rest = createRestListener({ state, routes: routesOf(gateway), limiter, faults })
  http.on('request', (request, response) => {
    if (request.url?.startsWith('/attachments/')) sendFile(state, request.url, response)
    else rest(request, response)
  })
  const voice = await Voice.start(state, options.voice)
  state.voice = voice
  state.origin = await listen(http, options.port ?? 0)
  const dispose = async () => {
    await gateway[Symbol.asyncDispose]()
    await voice[Symbol.asyncDispose]()
    http.closeAllConnections()
    await new Promise<void>((resolve) => http.close(() => resolve()))
  }
  return {
    apiUrl: `${state.origin}/api`,
    token,
    applicationId: state.bot.id,
    clock: state.clock,
    ledger: state.ledger,
    world: new World(state),
    gateway,
    faults,
    limiter,
    voice,
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
}

function routesOf(gateway: Gateway) {
  return [
    ...gatewayRoutes(gateway.state),
    ...placeRoutes,
    ...messageRoutes,
    ...threadRoutes,
    ...reactionRoutes,
    ...commandRoutes,
    ...interactionRoutes,
    ...webhookRoutes,
    ...voiceStateRoutes,
  ]
}

function listen(http: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${(http.address() as AddressInfo).port}`))
  })
}

function sendFile(state: DiscordState, url: string, response: ServerResponse): void {
  const file = state.files.get(url.split('/')[2] ?? '')
  if (file === undefined) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': file.contentType }).end(file.bytes)
}
