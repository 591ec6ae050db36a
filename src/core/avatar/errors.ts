export type AvatarFault =
  | 'not-glb'
  | 'truncated'
  | 'too-large'
  | 'broken-structure'
  | 'not-vrm'
  | 'unsupported-feature'
  | 'outside-reference'
  | 'broken-image'
  | 'broken-humanoid'
  | 'licence'

/** The file is not an avatar that can be shown. The message is for the person who uploaded it. */
export class AvatarRefusedError extends Error {
  override readonly name = 'AvatarRefusedError'
  readonly fault: AvatarFault

  constructor(fault: AvatarFault, sentence: string) {
    super(sentence)
    this.fault = fault
  }
}

/** For files whose parts contradict each other, which only their maker can mend. */
export function brokenFile(what: string): AvatarRefusedError {
  return new AvatarRefusedError(
    'broken-structure',
    `This file is damaged: ${what}. Export the avatar again, or open and save it in another program first.`,
  )
}

export function tooLarge(what: string): AvatarRefusedError {
  return new AvatarRefusedError(
    'too-large',
    `This avatar is too large to show: ${what}. Export it with fewer details, or choose another one.`,
  )
}
