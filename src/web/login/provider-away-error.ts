import type { SignInProvider } from '#core/config.ts'

/** The provider cannot be reached or describes itself wrongly: nobody's browser is at fault. */
export class ProviderAwayError extends Error {
  override readonly name = 'ProviderAwayError'
  readonly provider: SignInProvider
  constructor(provider: SignInProvider, options: ErrorOptions) {
    super('the sign-in provider cannot be used', options)
    this.provider = provider
  }
}
