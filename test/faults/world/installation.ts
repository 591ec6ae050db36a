import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Bus } from '#core/bus/bus.ts'
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import type { ChatRequest } from '#core/protocol/chat.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { eventually } from '../../support/eventually.ts'
import { type InferenceServer, startInferenceServer } from '../../support/inference-server.ts'
import { NatsServer } from '../../support/nats-server.ts'
import { createEmptyDatabase, startTestPostgres } from '../../support/postgres.ts'
import type { Ledger } from '../ledger.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { PlatformApp } from './platform-app.ts'
import { answerQuestions } from './question.ts'
import { ReplyObserver } from './reply-observer.ts'
import { TurnTable } from './turn-table.ts'
import { WorkerCrew } from './worker-crew.ts'

export interface InstallationOptions {
  readonly workers: number
  readonly random: SeededRandom
  readonly ledger: Ledger
  /** The model's slowest answer; the fastest takes a tenth of it. */
  readonly slowestAnswerMs: number
}

interface Parts {
  readonly folder: string
  readonly broker: NatsServer
  readonly model: InferenceServer
  readonly crew: WorkerCrew
  readonly turns: TurnTable
  readonly observer: ReplyObserver
  readonly closing: AsyncDisposableStack
}

/** Everything between an app and the model, real and on loopback: broker, database, worker processes. */
export class Installation implements AsyncDisposable {
  readonly broker: NatsServer
  readonly crew: WorkerCrew
  readonly turns: TurnTable
  readonly #parts: Parts
  readonly #ledger: Ledger

  static async open({
    workers,
    random,
    ledger,
    slowestAnswerMs,
  }: InstallationOptions): Promise<Installation> {
    await using opening = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'companions-faults-'))
    opening.defer(() => rm(folder, { recursive: true, force: true }))
    const broker = opening.use(await NatsServer.start())
    const databaseUrl = await createEmptyDatabase(opening.use(await startTestPostgres()))
    const plans = { llm: answerQuestions(random.fork('model'), slowestAnswerMs) }
    const model = opening.use(await startInferenceServer({ plans }))
    const env = { NATS_URL: broker.url, DATABASE_URL: databaseUrl, RAY_SERVE_URL: model.url }
    const crew = opening.use(await WorkerCrew.start(workers, env))
    const turns = opening.use(new TurnTable(databaseUrl))
    const observer = opening.use(await ReplyObserver.start(broker.url, ledger))
    await eventually(() => observer.areWorkersWaiting(workers), { withinMs: 30_000, everyMs: 100 })
    return new Installation({ folder, broker, model, crew, turns, observer, closing: opening.move() }, ledger)
  }

  private constructor(parts: Parts, ledger: Ledger) {
    this.broker = parts.broker
    this.crew = parts.crew
    this.turns = parts.turns
    this.#parts = parts
    this.#ledger = ledger
  }

  /** One more process's worth of app: a bus and an outbox of its own. */
  async openApp(name: string): Promise<PlatformApp> {
    const outboxFile = join(this.#parts.folder, `${name}.sqlite`)
    const options = { url: this.broker.url, outboxFile, logger: createLogger({ level: 'silent' }) }
    const bus: Bus = this.#parts.closing.use(await openJetStreamBus(options))
    return new PlatformApp(name, bus, this.#ledger)
  }

  /** Tells a message once more, so late that the broker no longer knows that it had it. */
  async repeatLate(request: ChatRequest): Promise<void> {
    await this.#parts.observer.enqueueWithoutId(request)
  }

  /** Waits until so many turns are finished. */
  async finished(count: number, withinMs: number): Promise<void> {
    await eventually(async () => (await this.turns.countFinished()) >= count, { withinMs, everyMs: 50 })
  }

  /** After the last fault: waits until nothing more can happen. */
  async drain(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs
    while (performance.now() < deadline && !(await this.#isQuiet())) await wait(200)
  }

  /** Writes down what late readers get and what is stored. */
  async takeStock(): Promise<void> {
    await this.#parts.observer.readRecords(this.#ledger.of('sent'))
    await this.turns.writeTo(this.#ledger)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.closing.disposeAsync()
  }

  async #isQuiet(): Promise<boolean> {
    try {
      return await this.#parts.observer.isQueueEmpty()
    } catch {
      // The broker may have just come back.
      return false
    }
  }
}
