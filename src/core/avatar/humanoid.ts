import { AvatarRefusedError } from './errors.ts'
import { listed, oneLine } from './plain-words.ts'

/** The same for VRM 0.x and 1.0. */
const required = [
  'hips',
  'spine',
  'head',
  ...['left', 'right'].flatMap((side) =>
    ['UpperArm', 'LowerArm', 'Hand', 'UpperLeg', 'LowerLeg', 'Foot'].map((part) => side + part),
  ),
]

/** Checks that the body has what is moved: `bones` are names with the node that each is. */
export function checkHumanoid(
  bones: readonly (readonly [name: string, node: number])[],
  nodeCount: number,
): void {
  const named = new Map(bones.filter(([, node]) => node >= 0))
  const missing = required.filter((name) => !named.has(name))
  if (missing.length > 0)
    throw refuse(`has no ${listed(missing.slice(0, 3))}${missing.length > 3 ? ' and more' : ''}`)
  for (const [name, node] of named)
    if (node >= nodeCount) throw refuse(`has a ${oneLine(name, 30)} that is not in the file`)
  if (new Set(named.values()).size < named.size) throw refuse('uses one bone for two parts of the body')
}

function refuse(what: string): AvatarRefusedError {
  return new AvatarRefusedError(
    'broken-humanoid',
    `The skeleton of this avatar ${what}, so it cannot be moved. Assign the humanoid bones before you export it.`,
  )
}
