import type { Synthesizer } from '#core/inference/ports.ts'
import type { Identify } from './access/identity.ts'
import type { RequestGuard } from './access/request-guard.ts'
import type { WebAssets } from './assets/open-assets.ts'
import type { ChatDeps } from './chat/chat-deps.ts'
import type { Connection } from './pages/connect-page.ts'

/** What the web side shows of the persona. */
export interface WebPersona {
  readonly name: string
  readonly greeting: string
  readonly voice?: string
}

/** What pages and forms need; made once by startWeb. */
export interface WebDeps {
  readonly chat: ChatDeps
  readonly assets: WebAssets
  readonly guard: RequestGuard
  readonly identify: Identify
  readonly persona: WebPersona
  readonly isDemo: boolean
  readonly isHttps: boolean
  readonly connections: readonly Connection[]
  readonly synthesizer: Synthesizer | undefined
  /** How long a form without a script waits for its answer. */
  readonly answerWaitMs: number
  /** Aborts when the server stops. */
  readonly signal: AbortSignal
}
