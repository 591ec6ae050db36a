import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SpawnedProcess, spawnNode } from '../../support/spawned-process.ts'

/** Worker processes, each with a folder of its own, as in production: `companions worker`. */
export class WorkerCrew implements AsyncDisposable {
  readonly #env: Readonly<Record<string, string>>
  readonly #folder: string
  readonly #workers: SpawnedProcess[] = []
  #started = 0

  static async start(count: number, env: Readonly<Record<string, string>>): Promise<WorkerCrew> {
    const crew = new WorkerCrew(env, await mkdtemp(join(tmpdir(), 'companions-workers-')))
    for (let number = 0; number < count; number += 1) crew.#add()
    return crew
  }

  constructor(env: Readonly<Record<string, string>>, folder: string) {
    this.#env = env
    this.#folder = folder
  }

  /** Changes when a process ended or was replaced. */
  get pids(): readonly number[] {
    return this.#workers.filter(({ isRunning }) => isRunning).map(({ pid }) => pid)
  }

  /** SIGKILL to one that is at work; another takes its place at once, as a supervisor would do it. */
  async kill(choose: (count: number) => number): Promise<void> {
    const [victim] = this.#workers.splice(choose(this.#workers.length), 1)
    await victim?.stop('SIGKILL')
    this.#add()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop('SIGTERM')))
    await rm(this.#folder, { recursive: true, force: true })
  }

  #add(): void {
    this.#started += 1
    const env = { ...this.#env, DATA_DIR: join(this.#folder, String(this.#started)) }
    this.#workers.push(
      spawnNode('bin/companions.mjs', ['worker'], { env, flags: ['--max-semi-space-size=2'] }),
    )
  }
}
