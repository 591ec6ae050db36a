import { AvatarRefusedError } from './errors.ts'
import type { Gltf } from './gltf-schema.ts'
import { listed, oneLine } from './plain-words.ts'

/** What the viewer understands; a file may use others as long as it does not need them. */
const understood = new Set([
  'VRM',
  'VRMC_vrm',
  'VRMC_springBone',
  'VRMC_springBone_extended_collider',
  'VRMC_materials_mtoon',
  'VRMC_materials_hdr_emissiveMultiplier',
  'VRMC_node_constraint',
  'KHR_materials_unlit',
  'KHR_materials_emissive_strength',
  'KHR_texture_transform',
  'KHR_mesh_quantization',
  'EXT_texture_webp',
])

export function checkRequiredExtensions({ extensionsRequired = [] }: Gltf): void {
  const unknown = extensionsRequired.filter((name) => !understood.has(name)).slice(0, 3)
  if (unknown.length === 0) return
  const names = listed(unknown.map((name) => oneLine(name, 40)))
  throw new AvatarRefusedError(
    'unsupported-feature',
    `This file needs ${names}, which the viewer does not know. Export it without compression and extras.`,
  )
}
