import type { BoneName, TuftName } from './bones.ts'

export interface Spring {
  readonly name: string
  readonly joints: readonly BoneName[]
  readonly stiffness: number
  readonly dragForce: number
  readonly gravityPower: number
  readonly hitRadius: number
}

export interface Collider {
  readonly bone: BoneName
  readonly radius: number
  readonly offset: readonly [number, number, number]
  /** A capsule reaches to here. */
  readonly tail?: readonly [number, number, number]
}

const tuft = (name: TuftName): Spring => ({
  name,
  joints: [`${name}1`, `${name}2`, `${name}3`],
  stiffness: 1.6,
  dragForce: 0.38,
  gravityPower: 0.06,
  hitRadius: 0.012,
})

export const springs: readonly Spring[] = [
  tuft('tuftA'),
  tuft('tuftB'),
  tuft('tuftC'),
  tuft('tuftD'),
  {
    name: 'antenna',
    joints: ['antenna1', 'antenna2', 'antenna3', 'antenna4', 'antenna5'],
    stiffness: 3.2,
    dragForce: 0.42,
    gravityPower: 0,
    hitRadius: 0.014,
  },
  {
    name: 'lantern',
    joints: ['antenna5', 'lantern', 'lanternTip'],
    stiffness: 0.35,
    dragForce: 0.22,
    gravityPower: 0.45,
    hitRadius: 0.05,
  },
]

/** So that the lantern rests against the hood and the body, not in them. */
export const colliders: readonly Collider[] = [
  { bone: 'head', radius: 0.205, offset: [0, 0.2, -0.01] },
  { bone: 'chest', radius: 0.09, offset: [0, 0.06, 0], tail: [0, -0.13, 0] },
]
