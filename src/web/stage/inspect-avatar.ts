import { z } from 'zod'
import { AvatarRefusedError } from '#core/avatar/errors.ts'
import { readGlb } from '#core/avatar/glb.ts'
import { inspectVrm } from '#core/avatar/inspect-vrm.ts'

/** What a check of an upload found, in sentences for the person. Names in it come from the file: they are data. */
export interface AvatarVerdict {
  /** Undefined: neither; `lines` say why. */
  readonly kind: 'avatar' | 'motion' | undefined
  readonly lines: readonly string[]
}

export function inspectAvatar(bytes: Uint8Array): AvatarVerdict {
  try {
    const { name, specVersion, facts, warnings, licence } = inspectVrm(bytes)
    const title = `${name}, VRM ${specVersion}.`
    return { kind: 'avatar', lines: [title, ...facts, ...licence.sentences, ...warnings] }
  } catch (error) {
    if (!(error instanceof AvatarRefusedError)) throw error
    if (error.fault === 'not-vrm' && isMotion(bytes)) return { kind: 'motion', lines: [] }
    return { kind: undefined, lines: [error.message] }
  }
}

const Animated = z.object({ extensions: z.object({ VRMC_vrm_animation: z.object({}) }) })

/** https://github.com/vrm-c/vrm-specification/tree/master/specification/VRMC_vrm_animation-1.0 */
function isMotion(bytes: Uint8Array): boolean {
  return bytes.length <= maxMotionBytes && Animated.safeParse(readGlb(bytes).json).success
}

/** A minute of a whole body is less. */
const maxMotionBytes = 5_000_000
