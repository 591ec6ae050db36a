import type { VRM, VRMHumanBoneName } from '@pixiv/three-vrm'
import type { Object3D } from 'three'
import type { Moment } from './figure.ts'
import { between, drift } from './noise.ts'

const armsDown = 1.12
const shiftMs = 1_400

type Bones = Partial<Record<VRMHumanBoneName, Object3D>>

const moved: readonly VRMHumanBoneName[] = [
  'hips',
  'spine',
  'chest',
  'neck',
  'head',
  'leftShoulder',
  'rightShoulder',
  'leftUpperArm',
  'rightUpperArm',
  'leftLowerArm',
  'rightLowerArm',
  'leftUpperLeg',
  'rightUpperLeg',
]

/** Life in the body while nothing happens: breath, sway, weight from foot to foot, and a head that listens and talks. */
export class IdleBody {
  readonly #bones: Bones = {}
  /** VRM 0.x faces the other way, so what goes sideways or forward is mirrored. */
  readonly #side: 1 | -1
  #weight = 0
  #weightFrom = 0
  #weightTo = 0
  #shiftAt = 0
  #beat = 0
  #lastLevel = 0
  #listening = 0
  #thinking = 0
  #ember = 0

  constructor({ humanoid, meta }: VRM) {
    this.#side = meta.metaVersion === '0' ? -1 : 1
    for (const name of moved) {
      const bone = humanoid.getNormalizedBoneNode(name)
      if (bone) this.#bones[name] = bone
    }
  }

  move({ now, dtMs, state, mouth }: Moment, yaw: number, pitch: number): void {
    const seconds = now / 1_000
    this.#listening = near(this.#listening, state === 'listening' ? 1 : 0, dtMs / 500)
    this.#thinking = near(this.#thinking, state === 'thinking' ? 1 : 0, dtMs / 500)
    this.#ember = near(this.#ember, state === 'offline' ? 1 : 0, dtMs / 900)
    this.#shiftWeight(now)
    this.#beatWith(mouth[5] ?? 0, dtMs)
    this.#moveTrunk(seconds)
    this.#moveArms(seconds)
    this.#moveHead(seconds, yaw, pitch)
  }

  #moveTrunk(seconds: number): void {
    const breath = Math.sin((seconds * 2 * Math.PI) / 3.7)
    const lean = this.#weight
    this.#turn('hips', 0, 0.03 * drift(seconds * 0.5, 2), 0.03 * lean)
    this.#turn('leftUpperLeg', 0, 0, -0.03 * lean)
    this.#turn('rightUpperLeg', 0, 0, -0.03 * lean)
    this.#turn(
      'spine',
      0.012 * drift(seconds * 0.7, 3) + 0.05 * this.#ember,
      0,
      0.02 * drift(seconds * 0.6, 4) - 0.045 * lean,
    )
    this.#turn('chest', -0.018 * breath, 0.02 * drift(seconds * 0.45, 5), 0)
  }

  #moveArms(seconds: number): void {
    const breath = Math.sin((seconds * 2 * Math.PI) / 3.7 - 0.5)
    const swing = 0.03 * drift(seconds * 0.8, 6)
    this.#turn('leftShoulder', 0, 0, 0.02 * breath)
    this.#turn('rightShoulder', 0, 0, -0.02 * breath)
    this.#turn('leftUpperArm', 0.06 + swing, 0, -armsDown + 0.02 * breath)
    this.#turn('rightUpperArm', 0.06 - swing, 0, armsDown - 0.02 * breath)
    this.#turn('leftLowerArm', 0, -0.16 - swing, 0)
    this.#turn('rightLowerArm', 0, 0.16 - swing, 0)
  }

  #moveHead(seconds: number, yaw: number, pitch: number): void {
    const nod = this.#listening * 0.035 * (1 - Math.cos(seconds * 1.9)) * 0.5
    const x = 0.02 * drift(seconds * 0.9, 7) + nod - 0.4 * pitch + 0.09 * this.#beat + 0.16 * this.#ember
    const z = 0.025 * drift(seconds * 0.55, 8) + 0.07 * this.#thinking + 0.03 * this.#weight
    this.#turn('neck', x * 0.4, 0.25 * yaw, z * 0.4)
    this.#turn('head', x * 0.6, 0.3 * yaw + 0.03 * drift(seconds * 0.7, 9), z * 0.6)
  }

  #shiftWeight(now: number): void {
    if (now >= this.#shiftAt + shiftMs) {
      if (this.#shiftAt !== 0) this.#weightFrom = this.#weightTo
      this.#weightTo = this.#weightTo > 0 ? between(-1, -0.4) : between(0.4, 1)
      this.#shiftAt = now + between(6_000, 10_000)
    }
    const part = Math.min(1, Math.max(0, (now - this.#shiftAt) / shiftMs))
    const soft = part * part * (3 - 2 * part)
    this.#weight = this.#weightFrom + (this.#weightTo - this.#weightFrom) * soft
  }

  /** A stressed syllable is one whose level jumps; the head dips a little with it. */
  #beatWith(level: number, dtMs: number): void {
    const rise = Math.max(0, level - this.#lastLevel - 0.05)
    this.#lastLevel += (level - this.#lastLevel) * (1 - Math.exp(-dtMs / 120))
    this.#beat = near(this.#beat, Math.min(1, rise * 2.2), dtMs / (rise > this.#beat ? 90 : 260))
  }

  #turn(name: VRMHumanBoneName, x: number, y: number, z: number): void {
    this.#bones[name]?.rotation.set(x * this.#side, y, z * this.#side)
  }
}

function near(value: number, goal: number, step: number): number {
  return value + (goal - value) * Math.min(1, step)
}
