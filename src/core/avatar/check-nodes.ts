import { brokenFile, tooLarge } from './errors.ts'
import type { Gltf } from './gltf-schema.ts'
import { avatarLimits } from './limits.ts'

/** Checks that the nodes are trees, as deep as a drawing program can follow, and refer to what exists. */
export function checkNodes(gltf: Gltf): void {
  const { nodes, meshes = [], skins = [], scenes = [] } = gltf
  const parentOf = new Map<number, number>()
  nodes.forEach(({ children = [], mesh, skin }, parent) => {
    if ((mesh !== undefined && mesh >= meshes.length) || (skin !== undefined && skin >= skins.length))
      throw brokenFile('a part of it refers to a shape that is missing')
    for (const child of children) adopt(child, parent, nodes.length, parentOf)
  })
  for (const node of nodes.keys()) checkDepth(node, parentOf)
  checkReferences(gltf, [
    ...skins.flatMap(({ joints }) => joints),
    ...scenes.flatMap((scene) => scene.nodes ?? []),
  ])
}

function adopt(child: number, parent: number, count: number, parentOf: Map<number, number>): void {
  if (child >= count) throw brokenFile('a part of it refers to one that is missing')
  if (parentOf.has(child)) throw brokenFile('a part of it hangs from two others')
  parentOf.set(child, parent)
}

/** With one parent each, a way up that does not end is a circle. */
function checkDepth(node: number, parentOf: ReadonlyMap<number, number>): void {
  let depth = 0
  for (let at = parentOf.get(node); at !== undefined; at = parentOf.get(at))
    if (at === node) throw brokenFile('its parts hang from each other in a circle')
    else if (++depth > avatarLimits.nodeDepth)
      throw tooLarge(`its parts hang from each other more than ${avatarLimits.nodeDepth} deep`)
}

function checkReferences(
  { nodes, scene = 0, scenes = [], skins = [], accessors = [] }: Gltf,
  used: number[],
): void {
  if (used.some((node) => node >= nodes.length)) throw brokenFile('it refers to a part that is missing')
  if (scenes.length === 0 || scene >= scenes.length) throw brokenFile('it shows nothing')
  for (const { joints, inverseBindMatrices } of skins) {
    if (inverseBindMatrices === undefined) continue
    const matrices = accessors[inverseBindMatrices]
    if (matrices?.type !== 'MAT4' || matrices.componentType !== 5126 || matrices.count < joints.length)
      throw brokenFile('its bones do not fit its skin')
  }
}
