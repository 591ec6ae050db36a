import { type SignInFlow, takeFlow } from '#core/store/sign-in-flows.ts'
import { hashSecret } from '../access/secrets.ts'
import type { WebContext } from '../web-env.ts'
import { BrowserSecret } from './browser-secret.ts'
import { callbackAddress } from './own-address.ts'
import { ProviderAwayError } from './provider-away-error.ts'
import type { Proof, ProviderClient } from './provider-client.ts'
import type { SignIn } from './sign-in.ts'
import type { Problem } from './sign-in-words.ts'

export interface Refused {
  readonly kind: 'refused'
  readonly problem: Problem
  readonly reason: string
  /** Known once the browser has shown that it is the one that began. */
  readonly returnTo?: string
}

export type Finished = { readonly kind: 'proved'; readonly flow: SignInFlow; readonly proof: Proof } | Refused

/** Checks what a browser came back with, and asks the provider who that is. A state is good for one try. */
export async function finishFlow(
  context: WebContext,
  signIn: SignIn,
  { provider, origin }: { readonly provider: ProviderClient; readonly origin: string },
): Promise<Finished> {
  const { searchParams } = new URL(context.req.url)
  const [state, ...more] = searchParams.getAll('state')
  if (state === undefined || more.length > 0) return refused('stale', 'no state')
  const flow = await takeFlow(signIn.db, hashSecret(state))
  const browser = BrowserSecret.read(context, signIn.jar)
  if (flow === undefined) return refused('stale', 'unknown or used state')
  if (flow.provider !== provider.name || flow.purpose === 'merge') return refused('stale', 'another provider')
  if (browser?.hash !== flow.browserHash) return refused('stale', 'another browser')
  if (flow.expiresAt.getTime() <= signIn.now()) return refused('stale', 'too late')
  const { returnTo } = flow
  if (searchParams.has('error')) return { ...refuseError(searchParams.get('error')), returnTo }
  const answer = new URL(`${callbackAddress(origin, provider.name)}?${searchParams}`)
  try {
    return { kind: 'proved', flow, proof: await provider.redeem(answer, browser.bind(state)) }
  } catch (error) {
    const problem = error instanceof ProviderAwayError || isTimeout(error) ? 'away' : 'failed'
    return { ...refused(problem, nameOf(error)), returnTo }
  }
}

function refuseError(code: string | null): Refused {
  return code === 'access_denied'
    ? refused('denied', 'access_denied')
    : refused('failed', 'the provider sent an error')
}

function refused(problem: Problem, reason: string): Refused {
  return { kind: 'refused', problem, reason }
}

function isTimeout(error: unknown): boolean {
  const { name } = rootOf(error)
  return name === 'TimeoutError' || name === 'TypeError'
}

function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('unknown')
  return error.cause instanceof Error ? rootOf(error.cause) : error
}

/** Name and code only: messages and causes of these errors quote the provider's answer, tokens and all. */
function nameOf(error: unknown): string {
  const { name } = rootOf(error)
  const code = error instanceof Error && 'code' in error ? ` ${String(error.code)}` : ''
  return `${name}${code}`.slice(0, 100)
}
