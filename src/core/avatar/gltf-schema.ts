import { z } from 'zod'
import { brokenFile, tooLarge } from './errors.ts'
import { avatarLimits } from './limits.ts'

const index = z.int().nonnegative().max(1_000_000)
const byteCount = z.int().nonnegative()
const text = z.string()

const Accessor = z.object({
  bufferView: index.optional(),
  byteOffset: byteCount.optional(),
  componentType: z.literal([5120, 5121, 5122, 5123, 5125, 5126]),
  count: z.int().positive(),
  type: z.enum(['SCALAR', 'VEC2', 'VEC3', 'VEC4', 'MAT2', 'MAT3', 'MAT4']),
  sparse: z
    .object({
      count: z.int().positive(),
      indices: z.object({
        bufferView: index,
        byteOffset: byteCount.optional(),
        componentType: z.literal([5121, 5123, 5125]),
      }),
      values: z.object({ bufferView: index, byteOffset: byteCount.optional() }),
    })
    .optional(),
})
export type Accessor = z.infer<typeof Accessor>

const BufferView = z.object({
  buffer: index,
  byteOffset: byteCount.optional(),
  byteLength: byteCount,
  byteStride: z.int().min(4).max(252).optional(),
})
export type BufferView = z.infer<typeof BufferView>

const Primitive = z.object({
  attributes: z.record(text, index),
  indices: index.optional(),
  material: index.optional(),
  mode: z.int().optional(),
  targets: z.array(z.record(text, index)).optional(),
})
export type Primitive = z.infer<typeof Primitive>

const Node = z.object({
  children: z.array(index).optional(),
  mesh: index.optional(),
  skin: index.optional(),
  translation: z.array(z.number()).length(3).optional(),
  rotation: z.array(z.number()).length(4).optional(),
  scale: z.array(z.number()).length(3).optional(),
  matrix: z.array(z.number()).length(16).optional(),
})
export type Node = z.infer<typeof Node>

/** The parts of a glTF document that are looked at; the loader reads more. */
export const Gltf = z.object({
  asset: z.object({ version: text, generator: text.optional() }),
  extensionsUsed: z.array(text).optional(),
  extensionsRequired: z.array(text).optional(),
  scene: index.optional(),
  scenes: z.array(z.object({ nodes: z.array(index).optional() })).optional(),
  nodes: z.array(Node),
  meshes: z.array(z.object({ primitives: z.array(Primitive).min(1) })).optional(),
  skins: z
    .array(z.object({ joints: z.array(index).min(1), inverseBindMatrices: index.optional() }))
    .optional(),
  materials: z.array(z.object({ name: text.optional() })).optional(),
  textures: z.array(z.object({ source: index.optional() })).optional(),
  images: z
    .array(z.object({ uri: z.unknown().optional(), bufferView: index.optional(), mimeType: text.optional() }))
    .optional(),
  accessors: z.array(Accessor).optional(),
  bufferViews: z.array(BufferView).optional(),
  buffers: z.array(z.object({ byteLength: byteCount, uri: z.unknown().optional() })).optional(),
  extensions: z.record(text, z.unknown()).optional(),
})
export type Gltf = z.infer<typeof Gltf>

const countLimits = {
  nodes: avatarLimits.nodes,
  meshes: avatarLimits.meshes,
  skins: avatarLimits.skins,
  materials: avatarLimits.materials,
  textures: avatarLimits.materials,
  images: avatarLimits.images,
  accessors: avatarLimits.accessors,
  bufferViews: avatarLimits.bufferViews,
} as const

/** Reads the description of a file. Lists are counted before they are read, so that a long one costs nothing. */
export function parseGltf(json: unknown): Gltf {
  const counted = z.record(text, z.unknown()).safeParse(json)
  if (!counted.success) throw brokenFile('its description is not an object')
  for (const [what, limit] of Object.entries(countLimits)) {
    const list = counted.data[what]
    if (Array.isArray(list) && list.length > limit)
      throw tooLarge(`it has ${list.length} ${what}, and ${limit} is the most`)
  }
  const parsed = Gltf.safeParse(json)
  if (!parsed.success)
    throw brokenFile(`${whereItFails(parsed.error)} of its description is not as glTF wants it`)
  return parsed.data
}

/** For example `nodes 3 children`. */
export function whereItFails(error: z.ZodError): string {
  const path = (error.issues[0]?.path ?? []).map(String).join(' ').slice(0, 80)
  return path === '' ? 'a part' : `the part "${path}"`
}
