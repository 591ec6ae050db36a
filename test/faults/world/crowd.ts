import { setTimeout as wait } from 'node:timers/promises'
import type { PlatformApp } from './platform-app.ts'
import { personOf } from './request.ts'

/** Everybody asks so many questions, each person one after another. */
export async function askAll(
  app: PlatformApp,
  { people, each }: { readonly people: number; readonly each: number },
): Promise<void> {
  const askInTurn = async (person: number) => {
    for (let number = 0; number < each; number += 1) await app.say(personOf(person), number)
  }
  await Promise.all(Array.from({ length: people }, (_, person) => askInTurn(person)))
}

/** Everybody goes on asking, each at this interval, until told to stop. */
export function keepAsking(
  app: PlatformApp,
  { people, everyMs }: { readonly people: number; readonly everyMs: number },
) {
  const stopped = new AbortController()
  const askOn = async (person: number) => {
    for (let number = 0; !stopped.signal.aborted; number += 1) {
      await app.say(personOf(person), number)
      await wait(everyMs, undefined, { signal: stopped.signal }).catch(() => {})
    }
  }
  const asking = Promise.all(Array.from({ length: people }, (_, person) => askOn(person)))
  // Looked at when it is stopped.
  asking.catch(() => {})
  return {
    stop: async () => {
      stopped.abort()
      await asking
    },
  }
}
