import type { Author } from '#core/protocol/chat.ts'
import { type Answer, ask, post } from '#test/support/http-ask.ts'
import { openWebWorld, type WebWorld, type WebWorldOptions } from '#test/support/web-world.ts'

/** A web side where a header says who somebody is; without one nobody is let in. */
export async function openVisitedWorld(options: WebWorldOptions = {}): Promise<WebWorld> {
  return await openWebWorld({
    ...options,
    identify: (header) => {
      const name = header('x-visitor')
      return name === undefined ? undefined : visitor(name)
    },
  })
}

export function visitor(name: string): Author {
  return { platform: 'web', platformUserId: name, displayName: '' }
}

export interface VisitorPages {
  get(path: string): Promise<Answer>
  post(path: string, fields?: Readonly<Record<string, string>>): Promise<Answer>
}

export function pagesOf(world: WebWorld, name: string): VisitorPages {
  const who = { 'x-visitor': name }
  return {
    get: (path) => ask(world.origin, { path, headers: who }),
    post: (path, fields = {}) => post(world.origin, path, fields, who),
  }
}
