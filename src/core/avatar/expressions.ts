import type { MeshCounts } from './check-meshes.ts'
import { brokenFile, tooLarge } from './errors.ts'
import type { Gltf } from './gltf-schema.ts'
import { avatarLimits } from './limits.ts'
import type { Vrm0, Vrm1 } from './vrm-schema.ts'

export interface Expressions {
  /** By the names of VRM 1.0, those that change something. */
  readonly presets: readonly string[]
  readonly custom: readonly string[]
}

export const vowels = ['aa', 'ih', 'ou', 'ee', 'oh'] as const
export const emotions = ['happy', 'angry', 'sad', 'relaxed', 'surprised'] as const
const others = [
  'neutral',
  'blink',
  'blinkLeft',
  'blinkRight',
  'lookUp',
  'lookDown',
  'lookLeft',
  'lookRight',
] as const
const presetNames = new Set<string>([...vowels, ...emotions, ...others])

/** VRM 0.x has other names for the same. */
const presetsOfVrm0 = new Map([
  ['a', 'aa'],
  ['i', 'ih'],
  ['u', 'ou'],
  ['e', 'ee'],
  ['o', 'oh'],
  ['joy', 'happy'],
  ['angry', 'angry'],
  ['sorrow', 'sad'],
  ['fun', 'relaxed'],
  ['neutral', 'neutral'],
  ['blink', 'blink'],
  ['blink_l', 'blinkLeft'],
  ['blink_r', 'blinkRight'],
  ['lookup', 'lookUp'],
  ['lookdown', 'lookDown'],
  ['lookleft', 'lookLeft'],
  ['lookright', 'lookRight'],
])

interface Found {
  readonly name: string
  readonly isPreset: boolean
  /** Mesh and morph of each movement. */
  readonly morphs: readonly (readonly [mesh: number, morph: number])[]
  readonly hasOtherEffect: boolean
}

export function expressionsOfVrm1({ expressions }: Vrm1, gltf: Gltf, meshes: MeshCounts): Expressions {
  const all = [...Object.entries(expressions?.preset ?? {}), ...Object.entries(expressions?.custom ?? {})]
  const found = all.map(([name, expression]): Found => {
    const { morphTargetBinds, materialColorBinds, textureTransformBinds } = expression ?? {}
    return {
      name,
      isPreset: presetNames.has(name),
      morphs: (morphTargetBinds ?? []).map(
        ({ node, index }) => [gltf.nodes[node]?.mesh ?? -1, index] as const,
      ),
      hasOtherEffect: (materialColorBinds?.length ?? 0) + (textureTransformBinds?.length ?? 0) > 0,
    }
  })
  return sortOut(found, meshes)
}

export function expressionsOfVrm0({ blendShapeMaster }: Vrm0, meshes: MeshCounts): Expressions {
  const found = (blendShapeMaster?.blendShapeGroups ?? []).map((group): Found => {
    const preset = presetsOfVrm0.get(group.presetName?.toLowerCase() ?? '')
    return {
      name: preset ?? group.name ?? 'unnamed',
      isPreset: preset !== undefined,
      morphs: (group.binds ?? []).map(({ mesh, index }) => [mesh, index] as const),
      hasOtherEffect: (group.materialValues?.length ?? 0) > 0,
    }
  })
  return sortOut(found, meshes)
}

function sortOut(found: readonly Found[], meshes: MeshCounts): Expressions {
  if (found.length > avatarLimits.expressions) throw tooLarge(`it has ${found.length} expressions`)
  for (const [mesh, morph] of found.flatMap(({ morphs }) => morphs))
    if (morph < 0 || morph >= (meshes.morphsOfMesh[mesh] ?? 0))
      throw brokenFile('one of its expressions moves a part of the face that is missing')
  const working = found.filter(({ morphs, hasOtherEffect }) => morphs.length > 0 || hasOtherEffect)
  return {
    presets: [...new Set(working.filter(({ isPreset }) => isPreset).map(({ name }) => name))],
    custom: working.filter(({ isPreset }) => !isPreset).map(({ name }) => name),
  }
}
