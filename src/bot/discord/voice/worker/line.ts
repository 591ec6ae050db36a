import {
  type DiscordGatewayAdapterLibraryMethods,
  joinVoiceChannel,
  type Networking,
  type VoiceConnection,
  VoiceConnectionStatus,
} from '@discordjs/voice'
import type { Logger } from '#core/telemetry/logger.ts'
import type { VoiceClock } from '#core/voice/clock.ts'
import { disconnectedCode } from '../close-codes.ts'
import type { LineFault, OwnVoiceState, VoiceServer, VoiceStateRequest } from '../worker-messages.ts'
import type { PacketSink } from './opus-out.ts'

export interface LineOptions {
  readonly guildId: string
  readonly channelId: string
  readonly clock: VoiceClock
  readonly logger: Logger
  /** Who is in the channel, by what the main gateway says. */
  people(): readonly string[]
  ask(request: VoiceStateRequest): void
  /** There is a connection, also again after a break that Discord let us resume. */
  onReady(connection: VoiceConnection): void
  /** A voice server is being connected to; for whoever reads its packets. */
  onNetworking(networking: Networking, connection: VoiceConnection): void
  /** Told once; this line is of no use any more. */
  onLost(fault: LineFault): void
}

/** Discord's answer to a request to join, and a voice server's handshake, take far less. */
const silenceMs = 4_000
/** After being moved, how long until Discord names the new voice server. */
const moveMs = 5_000

/**
 * One connection to a voice channel. @discordjs/voice 0.19 joins again by itself after every close, at once and without
 * end (114 joins a second when a server keeps refusing), so each close is caught before the library sees it, and whoever
 * opened the line decides what follows.
 */
export class Line implements PacketSink, Disposable {
  readonly #options: LineOptions
  readonly #connection: VoiceConnection
  #library: DiscordGatewayAdapterLibraryMethods | undefined
  #state: OwnVoiceState | undefined
  #server: VoiceServer | undefined
  #timer: Disposable | undefined
  #isOver = false

  constructor(options: LineOptions) {
    const { guildId, channelId, logger } = options
    this.#options = options
    this.#connection = joinVoiceChannel({
      guildId,
      channelId,
      selfDeaf: false,
      selfMute: false,
      adapterCreator: (library) => {
        this.#library = library
        return { sendPayload: (payload) => this.#ask(payload), destroy: () => undefined }
      },
    })
    this.#connection.on('error', (error) =>
      logger.warn('a voice connection reports an error', { guildId, error }),
    )
    this.#connection.on('stateChange', (before, now) => {
      const networking = 'networking' in now ? now.networking : undefined
      const isNew = networking && !('networking' in before && before.networking === networking)
      if (isNew) this.#watch(networking)
      this.#note(now.status)
    })
    this.#expect(silenceMs, { kind: 'silence', isAsked: true })
  }

  get connection(): VoiceConnection {
    return this.#connection
  }

  /** Our own voice state, which the server's address is of no use without. */
  onState(state: OwnVoiceState): void {
    this.#state = state
    // The library reads what the schema has checked; the rest of the payload is passed through to it as it came.
    this.#library?.onVoiceStateUpdate(state as unknown as LibraryVoiceState)
    if (this.#server) this.onServer(this.#server)
  }

  /** Discord does not promise an order; @discordjs/voice would wait for ever for one that comes before the state. */
  onServer(server: VoiceServer): void {
    this.#server = this.#state === undefined ? server : undefined
    if (this.#state !== undefined) this.#library?.onVoiceServerUpdate(server)
  }

  send(packet: Buffer): void {
    try {
      this.#connection.playOpusPacket(packet)
    } catch (error) {
      this.#options.logger.error('a packet could not be sent', { guildId: this.#options.guildId, error })
      this.#lose({ kind: 'fault' })
    }
  }

  endSpeaking(): void {
    this.#connection.setSpeaking(false)
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#timer?.[Symbol.dispose]()
    // Whether the channel is left is for the one who opened the line to say.
    if (this.#connection.state.status !== VoiceConnectionStatus.Destroyed) this.#connection.destroy(false)
  }

  #ask(payload: VoiceStateRequest): boolean {
    if (payload.d.channel_id !== null) this.#options.ask(payload)
    return true
  }

  /**
   * Tells the library who may be added to the encrypted group. It would learn that from the voice server alone, and throws
   * where nobody can catch it when a proposal comes before the announcement.
   */
  recognise(): void {
    const { state } = this.#connection
    if ('networking' in state) recogniseIn(state.networking, this.#options.people())
  }

  #watch(networking: Networking): void {
    networking.prependOnceListener('close', (code: number) => this.#onClose(code))
    networking.on('stateChange', () => recogniseIn(networking, this.#options.people()))
    this.#options.onNetworking(networking, this.#connection)
  }

  #onClose(code: number): void {
    if (code === disconnectedCode) this.#expect(moveMs, { kind: 'closed', code })
    else this.#lose({ kind: 'closed', code })
  }

  #note(status: VoiceConnectionStatus): void {
    if (this.#isOver) return
    if (status === VoiceConnectionStatus.Ready) {
      this.#timer?.[Symbol.dispose]()
      this.#options.onReady(this.#connection)
    }
    if (status === VoiceConnectionStatus.Connecting)
      this.#expect(silenceMs, { kind: 'silence', isAsked: false })
  }

  /** What is to be said if nothing else happens in time. */
  #expect(withinMs: number, fault: LineFault): void {
    const { clock } = this.#options
    this.#timer?.[Symbol.dispose]()
    this.#timer = clock.setTimer(clock.now() + withinMs, () => this.#lose(fault))
  }

  #lose(fault: LineFault): void {
    if (this.#isOver) return
    this[Symbol.dispose]()
    this.#options.onLost(fault)
  }
}

function recogniseIn({ state }: Networking, people: readonly string[]): void {
  if (!('connectionData' in state)) return
  for (const userId of people) state.connectionData.connectedClients.add(userId)
}

type LibraryVoiceState = Parameters<DiscordGatewayAdapterLibraryMethods['onVoiceStateUpdate']>[0]
