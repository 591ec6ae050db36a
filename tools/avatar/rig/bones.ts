import type { Vec3 } from '../geometry/vector.ts'
import { grownOnHead } from '../parts/proportions.ts'

export interface Bone {
  readonly parent: BoneName | undefined
  /** Where it is in the T-pose, in the world. */
  readonly at: Vec3
  /** It is not one of VRM's humanoid bones, but swings. */
  readonly isSpring?: boolean
}

/** Where the arms leave the body; both lie in one line in the T-pose. */
export const armHeight = 0.452

const middle = (parent: BoneName | undefined, y: number): Bone => ({ parent, at: [0, y, 0] })
const left = (parent: BoneName, x: number, y: number): Bone => ({ parent, at: [x, y, 0] })
const right = (parent: BoneName, x: number, y: number): Bone => ({ parent, at: [-x, y, 0] })
const spring = (parent: BoneName, ...at: Vec3): Bone => ({ parent, at: grownOnHead(at), isSpring: true })

export type TuftName = 'tuftA' | 'tuftB' | 'tuftC' | 'tuftD'
export type BoneName =
  | 'hips'
  | 'spine'
  | 'chest'
  | 'neck'
  | 'head'
  | `${'left' | 'right'}${'Shoulder' | 'UpperArm' | 'LowerArm' | 'Hand' | 'UpperLeg' | 'LowerLeg' | 'Foot'}`
  | `${TuftName}${1 | 2 | 3}`
  | `antenna${1 | 2 | 3 | 4 | 5}`
  | 'lantern'
  | 'lanternTip'

/** Every bone, parents before children. */
export const bones: Readonly<Record<BoneName, Bone>> = {
  hips: middle(undefined, 0.19),
  spine: middle('hips', 0.26),
  chest: middle('spine', 0.35),
  neck: middle('chest', 0.505),
  head: middle('neck', 0.54),
  leftShoulder: left('chest', 0.04, armHeight + 0.008),
  leftUpperArm: left('leftShoulder', 0.088, armHeight),
  leftLowerArm: left('leftUpperArm', 0.155, armHeight),
  leftHand: left('leftLowerArm', 0.222, armHeight),
  rightShoulder: right('chest', 0.04, armHeight + 0.008),
  rightUpperArm: right('rightShoulder', 0.088, armHeight),
  rightLowerArm: right('rightUpperArm', 0.155, armHeight),
  rightHand: right('rightLowerArm', 0.222, armHeight),
  leftUpperLeg: left('hips', 0.068, 0.15),
  leftLowerLeg: left('leftUpperLeg', 0.068, 0.09),
  leftFoot: left('leftLowerLeg', 0.068, 0.04),
  rightUpperLeg: right('hips', 0.068, 0.15),
  rightLowerLeg: right('rightUpperLeg', 0.068, 0.09),
  rightFoot: right('rightLowerLeg', 0.068, 0.04),
  tuftA1: spring('head', -0.06, 0.879, 0.126),
  tuftA2: spring('tuftA1', -0.09, 0.834, 0.19),
  tuftA3: spring('tuftA2', -0.107, 0.784, 0.202),
  tuftB1: spring('head', -0.022, 0.889, 0.128),
  tuftB2: spring('tuftB1', -0.03, 0.842, 0.209),
  tuftB3: spring('tuftB2', -0.012, 0.785, 0.235),
  tuftC1: spring('head', 0.02, 0.889, 0.128),
  tuftC2: spring('tuftC1', 0.036, 0.845, 0.207),
  tuftC3: spring('tuftC2', 0.066, 0.798, 0.222),
  tuftD1: spring('head', 0.062, 0.879, 0.126),
  tuftD2: spring('tuftD1', 0.093, 0.836, 0.188),
  tuftD3: spring('tuftD2', 0.112, 0.788, 0.198),
  antenna1: spring('head', 0.02, 0.952, 0),
  antenna2: spring('antenna1', 0.034, 1.05, 0.006),
  antenna3: spring('antenna2', 0.118, 1.124, 0.016),
  antenna4: spring('antenna3', 0.222, 1.106, 0.026),
  antenna5: spring('antenna4', 0.281, 1.01, 0.03),
  lantern: spring('antenna5', 0.294, 0.925, 0.03),
  lanternTip: spring('lantern', 0.294, 0.8, 0.03),
}

export const boneNames: readonly BoneName[] = Object.keys(bones).filter(
  (name): name is BoneName => name in bones,
)

const sides = [
  ['left', 'right'],
  ['right', 'left'],
] as const

/** The bone on the other side of the body. */
export function otherSide(bone: BoneName): BoneName {
  for (const [from, to] of sides) {
    const turned = bone.replace(from, to)
    const found = boneNames.find((name) => name === turned)
    if (bone.startsWith(from) && found !== undefined) return found
  }
  return bone
}
