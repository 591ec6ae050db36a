import { subtract, type Vec3 } from '../geometry/vector.ts'
import { type BoneName, boneNames, bones } from './bones.ts'

/** The bones are the first nodes of a file, in their order. */
export const nodeOf = (bone: BoneName): number => boneNames.indexOf(bone)

/** The ones that VRM knows; the others only swing. */
export const humanNames = boneNames.filter((name) => !bones[name].isSpring)

export function boneNode(name: BoneName): object {
  const { parent, at } = bones[name]
  const from: Vec3 = parent === undefined ? [0, 0, 0] : bones[parent].at
  const children = boneNames.filter((child) => bones[child].parent === name).map(nodeOf)
  return { name, translation: subtract(at, from).map(tidy), ...(children.length > 0 && { children }) }
}

const tidy = (value: number): number => Math.round(value * 1e6) / 1e6
