import type { z } from 'zod'
import { checkData } from './check-data.ts'
import { checkImages } from './check-images.ts'
import { checkMeshes } from './check-meshes.ts'
import { checkNodes } from './check-nodes.ts'
import { AvatarRefusedError, brokenFile, tooLarge } from './errors.ts'
import { type Expressions, expressionsOfVrm0, expressionsOfVrm1 } from './expressions.ts'
import { readGlb } from './glb.ts'
import { type Gltf, parseGltf, whereItFails } from './gltf-schema.ts'
import { checkHumanoid } from './humanoid.ts'
import { type Licence, licenceOfVrm0, licenceOfVrm1 } from './licence.ts'
import { avatarLimits } from './limits.ts'
import { oneLine } from './plain-words.ts'
import { type AvatarReport, factsOf, warningsOf } from './report.ts'
import { checkRequiredExtensions } from './required-extensions.ts'
import { Springs1, Vrm0, Vrm1 } from './vrm-schema.ts'

/**
 * Reads a VRM 0.x or 1.0 file from a stranger and says what it is, or throws {@link AvatarRefusedError} with a sentence
 * that says why it cannot be shown; it throws nothing else. Nothing is decoded or fetched; time and memory are bounded
 * by the limits.
 */
export function inspectVrm(file: Uint8Array): AvatarReport {
  const { json, binary } = readGlb(file)
  const gltf = parseGltf(json)
  checkRequiredExtensions(gltf)
  checkNodes(gltf)
  checkData(gltf, binary)
  const textures = checkImages(gltf, binary)
  const meshes = checkMeshes(gltf, binary)
  const vrm = gltf.extensions?.VRMC_vrm === undefined ? readVrm0(gltf) : readVrm1(gltf)
  checkHumanoid(vrm.bones, gltf.nodes.length)
  if (vrm.springJoints > avatarLimits.springJoints) throw tooLarge(`${vrm.springJoints} of its bones swing`)
  const counts = {
    fileBytes: file.length,
    triangles: meshes.triangles,
    vertices: meshes.vertices,
    bones: new Set((gltf.skins ?? []).flatMap(({ joints }) => joints)).size,
    springJoints: vrm.springJoints,
    materials: (gltf.materials ?? []).length,
    textures,
  }
  const expressions = vrm.expressions(meshes)
  return {
    specVersion: vrm.specVersion,
    name: oneLine(vrm.name, 100) || 'unnamed',
    counts,
    expressions,
    licence: vrm.licence,
    facts: factsOf(counts),
    warnings: warningsOf(counts, expressions),
  }
}

/** What both versions of VRM say, in their own ways. */
interface VrmPart {
  readonly specVersion: '0.x' | '1.0'
  readonly name: string
  readonly bones: readonly (readonly [name: string, node: number])[]
  readonly springJoints: number
  readonly licence: Licence
  expressions(meshes: ReturnType<typeof checkMeshes>): Expressions
}

function readVrm1(gltf: Gltf): VrmPart {
  const vrm = readPart(Vrm1, gltf.extensions?.VRMC_vrm)
  if (vrm.specVersion !== '1.0' && vrm.specVersion !== '1.0-beta')
    throw new AvatarRefusedError(
      'unsupported-feature',
      'This avatar is made in a newer version of VRM than the viewer knows. Export it as VRM 1.0.',
    )
  requireUse(gltf, 'VRMC_vrm')
  const springs = readPart(Springs1, gltf.extensions?.VRMC_springBone ?? {}).springs ?? []
  return {
    specVersion: '1.0',
    name: vrm.meta.name,
    bones: Object.entries(vrm.humanoid.humanBones).map(([name, { node }]) => [name, node] as const),
    springJoints: springs.reduce((sum, { joints }) => sum + joints.length, 0),
    licence: licenceOfVrm1(vrm),
    expressions: (meshes) => expressionsOfVrm1(vrm, gltf, meshes),
  }
}

function readVrm0(gltf: Gltf): VrmPart {
  if (gltf.extensions?.VRM === undefined)
    throw new AvatarRefusedError(
      'not-vrm',
      'This is a 3D model, but not an avatar: it has no VRM data. Export it as VRM, for example with UniVRM or the VRM add-on for Blender.',
    )
  const vrm = readPart(Vrm0, gltf.extensions.VRM)
  requireUse(gltf, 'VRM')
  return {
    specVersion: '0.x',
    name: vrm.meta.title ?? '',
    bones: vrm.humanoid.humanBones.map(({ bone, node }) => [bone, node] as const),
    springJoints: countSprings(gltf, vrm),
    licence: licenceOfVrm0(vrm),
    expressions: (meshes) => expressionsOfVrm0(vrm, meshes),
  }
}

function readPart<Schema extends z.ZodType>(schema: Schema, part: unknown): z.output<Schema> {
  const parsed = schema.safeParse(part)
  if (!parsed.success)
    throw brokenFile(`${whereItFails(parsed.error)} of its VRM data is not as VRM wants it`)
  return parsed.data
}

/** Loaders ignore an extension that the file does not announce. */
function requireUse({ extensionsUsed = [] }: Gltf, name: string): void {
  if (!extensionsUsed.includes(name)) throw brokenFile('it does not announce its VRM data')
}

/** VRM 0.x names only the roots of what swings: everything below swings too. */
function countSprings({ nodes }: Gltf, { secondaryAnimation }: Vrm0): number {
  const seen = new Set<number>()
  const waiting = (secondaryAnimation?.boneGroups ?? []).flatMap(({ bones }) => bones ?? [])
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue
    const children = nodes[node]?.children ?? []
    seen.add(node)
    waiting.push(...children)
  }
  return seen.size
}
