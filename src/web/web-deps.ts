import type { OpenInference } from '#core/inference/open-inference.ts'
import type { Inference } from '#core/inference/ports.ts'
import type { Visit } from './access/identity.ts'
import type { RequestGuard } from './access/request-guard.ts'
import type { WebAssets } from './assets/open-assets.ts'
import type { ChatDeps } from './chat/chat-deps.ts'
import type { SignIn } from './login/sign-in.ts'
import type { StageDeps } from './stage/stage-deps.ts'

/** What the web side shows of the persona. */
export interface WebPersona {
  readonly name: string
  readonly greeting: string
  readonly voice?: string
}

/** With a way to ask remote services for a sign of life, where there are some. */
export type WebInference = Inference & Partial<Pick<OpenInference, 'checkHealth'>>

/** What pages and forms need; made once by startWeb. */
export interface WebDeps {
  readonly chat: ChatDeps
  readonly stage: StageDeps
  readonly assets: WebAssets
  readonly guard: RequestGuard
  readonly visit: Visit
  /** Where strangers can sign in; undefined where nobody can. */
  readonly signInPath: string | undefined
  /** Undefined where one local owner is the only person. */
  readonly signIn: SignIn | undefined
  /** The address that people type, where a proxy is in front. */
  readonly publicUrl: string | undefined
  readonly persona: WebPersona
  readonly isHttps: boolean
  readonly inference: WebInference
  /** How long a form without a script waits for its answer. */
  readonly answerWaitMs: number
  /** Aborts when the server stops. */
  readonly signal: AbortSignal
}
