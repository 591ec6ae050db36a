import { AvatarRefusedError } from '#core/avatar/errors.ts'
import { inspectVrm } from '#core/avatar/inspect-vrm.ts'

/** What a check of an uploaded avatar found, in sentences for the person. Names in it come from the file: they are data. */
export interface AvatarVerdict {
  readonly isWearable: boolean
  readonly lines: readonly string[]
}

export function inspectAvatar(bytes: Uint8Array): AvatarVerdict {
  try {
    const { name, specVersion, facts, warnings, licence } = inspectVrm(bytes)
    const title = `${name}, VRM ${specVersion}.`
    return { isWearable: true, lines: [title, ...facts, ...licence.sentences, ...warnings] }
  } catch (error) {
    if (error instanceof AvatarRefusedError) return { isWearable: false, lines: [error.message] }
    throw error
  }
}
