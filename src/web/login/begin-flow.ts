import type { Session } from '#core/store/sessions.ts'
import { beginFlow as storeFlow } from '#core/store/sign-in-flows.ts'
import type { SignInPurpose } from '#core/store/sign-in-schema.ts'
import { hashSecret, newSecret } from '../access/secrets.ts'
import type { WebContext } from '../web-env.ts'
import { BrowserSecret, flowMinutes } from './browser-secret.ts'
import { callbackAddress } from './own-address.ts'
import type { ProviderClient } from './provider-client.ts'
import type { SignIn } from './sign-in.ts'

export interface Beginning {
  readonly provider: ProviderClient
  readonly purpose: Exclude<SignInPurpose, 'merge'>
  readonly session?: Session | undefined
  readonly returnTo: string
  readonly origin: string
}

/** Remembers what was begun and says where to send the browser. @throws ProviderAwayError */
export async function beginFlow(
  context: WebContext,
  signIn: SignIn,
  { provider, purpose, session, returnTo, origin }: Beginning,
): Promise<URL> {
  const browser = BrowserSecret.ensure(context, signIn.jar)
  const binding = browser.bind(newSecret())
  // First the provider, so that one that is away leaves nothing behind.
  const url = await provider.authorizationUrl(binding, callbackAddress(origin, provider.name))
  await storeFlow(signIn.db, {
    stateHash: hashSecret(binding.state),
    browserHash: browser.hash,
    provider: provider.name,
    purpose,
    sessionId: session?.id ?? null,
    returnTo,
    expiresAt: new Date(signIn.now() + flowMinutes * 60_000),
  })
  return url
}
