import { BinaryChunk, encodeGlb } from './gltf/binary.ts'
import { type BoneName, boneNames } from './rig/bones.ts'
import { boneNode, humanNames, nodeOf } from './rig/skeleton-nodes.ts'

/** Seconds, and radians about the axis that the character looks along. */
type Turns = readonly (readonly [at: number, radians: number])[]

const down = 1.08
const still: Turns = [[0, -down]]

const turns: Partial<Record<BoneName, Turns>> = {
  leftUpperArm: [...still, [2.4, -down]],
  rightUpperArm: [
    [0, down],
    [0.45, -0.12],
    [1.85, -0.12],
    [2.4, down],
  ],
  rightLowerArm: [
    [0, 0.05],
    [0.45, -0.2],
    [0.75, -0.75],
    [1.05, -0.2],
    [1.35, -0.75],
    [1.65, -0.2],
    [2.4, 0.05],
  ],
  head: [
    [0, 0],
    [0.5, -0.12],
    [1.8, -0.12],
    [2.4, 0],
  ],
  chest: [
    [0, 0],
    [0.5, 0.04],
    [1.8, 0.04],
    [2.4, 0],
  ],
}
const happiness: Turns = [
  [0, 0],
  [0.35, 1],
  [1.9, 1],
  [2.4, 0],
]

/** A greeting of 2.4 seconds from the standing pose back to it, as a VRM animation (VRMC_vrm_animation 1.0). */
export function buildWave(): Uint8Array {
  const happyNode = boneNames.length
  const track = new Track()
  for (const bone of humanNames) {
    const steps = turns[bone] ?? []
    if (steps.length > 0) track.add(nodeOf(bone), 'rotation', steps, aboutForward)
  }
  track.add(happyNode, 'translation', happiness, (weight) => [weight, 0, 0])
  const bytes = track.binary.toBytes()
  return encodeGlb(
    {
      asset: { version: '2.0', generator: 'Companions', copyright: 'Companions contributors, MIT licence' },
      extensionsUsed: ['VRMC_vrm_animation'],
      extensions: {
        VRMC_vrm_animation: {
          specVersion: '1.0',
          humanoid: {
            humanBones: Object.fromEntries(humanNames.map((name) => [name, { node: nodeOf(name) }])),
          },
          expressions: { preset: { happy: { node: happyNode } } },
        },
      },
      scene: 0,
      scenes: [{ nodes: [0, happyNode] }],
      nodes: [...boneNames.map(boneNode), { name: 'happy' }],
      animations: [{ name: 'wave', channels: track.channels, samplers: track.samplers }],
      accessors: track.accessors,
      bufferViews: track.binary.views,
      buffers: [{ byteLength: bytes.length }],
    },
    bytes,
  )
}

/** A rotation as a quaternion. */
const aboutForward = (angle: number): number[] => [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)]

class Track {
  readonly binary = new BinaryChunk()
  readonly accessors: object[] = []
  readonly channels: object[] = []
  readonly samplers: object[] = []

  add(node: number, path: 'rotation' | 'translation', steps: Turns, value: (at: number) => number[]): void {
    const times = steps.map(([at]) => at)
    const input = this.#floats(times, 'SCALAR', {
      min: [Math.min(...times)],
      max: [Math.fround(Math.max(...times))],
    })
    const output = this.#floats(
      steps.flatMap(([, amount]) => value(amount)),
      path === 'rotation' ? 'VEC4' : 'VEC3',
    )
    const sampler = this.samplers.push({ input, output, interpolation: 'LINEAR' }) - 1
    this.channels.push({ sampler, target: { node, path } })
  }

  #floats(values: readonly number[], type: 'SCALAR' | 'VEC3' | 'VEC4', bounds: object = {}): number {
    const width = { SCALAR: 1, VEC3: 3, VEC4: 4 }[type]
    const bufferView = this.binary.add(new Uint8Array(Float32Array.from(values).buffer))
    return (
      this.accessors.push({
        bufferView,
        componentType: 5126,
        count: values.length / width,
        type,
        ...bounds,
      }) - 1
    )
  }
}
