/** The model could not be loaded, or its thread ended twice over the same sound. */
export class VadFailedError extends Error {
  override readonly name = 'VadFailedError'
  readonly attempts: number
  constructor(what: string, { attempts, cause }: { readonly attempts: number; readonly cause?: unknown }) {
    super(`the speech detector ${what}`, cause === undefined ? {} : { cause })
    this.attempts = attempts
  }
}

/** The weights are not the network that this code computes. */
export class VadWeightsError extends Error {
  override readonly name = 'VadWeightsError'
  readonly tensor: string
  constructor(tensor: string) {
    super(`the speech detector's weights have no usable ${tensor}`)
    this.tensor = tensor
  }
}
