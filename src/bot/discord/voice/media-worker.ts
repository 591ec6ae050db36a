import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Logger } from '#core/telemetry/logger.ts'
import { FromWorker, type ToWorker, type WorkerSetup } from './worker-messages.ts'

const entry = fileURLToPath(new URL('./worker/main.ts', import.meta.url))
/** Afterwards it is killed: what still runs in it is over anyway. */
const endWithinMs = 3_000
/** A worker gives a sign of life every few seconds; one that hangs is as good as dead. */
const silentMs = 20_000

export interface MediaWorkerOptions {
  readonly setup: WorkerSetup
  readonly logger: Logger
  onMessage(message: FromWorker): void
  /** It ended without being asked to. */
  onLost(): void
}

/** The bot's own small young generation would be collected many times in each frame's work. */
const mediaFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8']

/**
 * The process that holds the sound of calls: sockets, encryption, codecs and voice sessions. An exception in there, which
 * @discordjs/voice 0.19 throws from socket callbacks that nobody can guard, ends its calls and not the bot.
 */
export class MediaWorker implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #logger: Logger
  readonly #exited: Promise<unknown>
  #isEnding = false
  readonly #watchdog: NodeJS.Timeout

  constructor({ setup, logger, onMessage, onLost }: MediaWorkerOptions) {
    this.#logger = logger
    this.#child = fork(entry, [], {
      execArgv: mediaFlags,
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#exited = once(this.#child, 'exit').catch(() => undefined)
    this.#child.on('error', (error) =>
      logger.error('the media worker could not be started or reached', { error }),
    )
    this.#child.on('message', (raw: unknown) => this.#receive(raw, onMessage))
    this.#watchdog = setTimeout(() => this.#child.kill('SIGKILL'), silentMs).unref()
    this.#child.on('exit', (exitCode, signal) => {
      clearTimeout(this.#watchdog)
      if (this.#isEnding) return
      this.#isEnding = true
      logger.error('the media worker ended; its calls are joined again', { exitCode, signal })
      onLost()
    })
    this.#child.send(setup)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** What is said to a worker that has just died is lost; its end is told by `onLost`. */
  send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true
    if (this.#child.connected) this.#child.disconnect()
    const over = new AbortController()
    const late = sleep(endWithinMs, 'late', { signal: over.signal }).catch(() => 'over')
    if ((await Promise.race([this.#exited, late])) === 'late') this.#child.kill('SIGKILL')
    over.abort()
  }

  #receive(raw: unknown, onMessage: (message: FromWorker) => void): void {
    this.#watchdog.refresh()
    const message = FromWorker.safeParse(raw)
    if (message.success) onMessage(message.data)
    else
      this.#logger.error('the media worker said something unknown', { paths: pathsOf(message.error.issues) })
  }
}

function pathsOf(issues: readonly { readonly path: readonly PropertyKey[] }[]): string[] {
  return issues.map(({ path }) => path.map(String).join('.'))
}
