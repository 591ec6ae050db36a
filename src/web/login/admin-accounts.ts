import { type SignInProvider, signInProviders } from '#core/config.ts'
import type { AccountKey } from '#core/store/people.ts'
import { subjectAt } from './providers.ts'
import type { SignInOptions } from './sign-in.ts'

/** ADMIN_IDENTITIES as accounts: `provider:subject`, where an Authentik subject means the one at the issuer in use. */
export function adminAccounts(
  pairs: readonly string[],
  { providers, proxy }: Pick<SignInOptions, 'providers' | 'proxy'>,
): AccountKey[] {
  return pairs.flatMap((pair): AccountKey[] => {
    const [name = '', ...rest] = pair.split(':')
    const subject = rest.join(':')
    if (!isProvider(name)) return []
    if (name !== 'authentik') return [{ platform: name, platformUserId: subject }]
    const issuer = providers.authentik?.url ?? proxy?.issuer
    return issuer === undefined ? [] : [{ platform: name, platformUserId: subjectAt(subject, issuer) }]
  })
}

function isProvider(name: string): name is SignInProvider {
  return (signInProviders as readonly string[]).includes(name)
}
