/**
 * A VRMA of one second: the head turns from one side to the other. Written by hand after the binary form of glTF 2.0 and
 * VRMC_vrm_animation 1.0.
 */
export function tinyMotion(): Uint8Array {
  const times = [0, 0.5, 1]
  const turn = (angle: number) => [0, Math.sin(angle / 2), 0, Math.cos(angle / 2)]
  const data = new Float32Array([...times, ...turn(-0.6), ...turn(0.6), ...turn(-0.6)])
  const binary = new Uint8Array(data.buffer)
  const bones = ['hips', 'spine', 'head']
  const json = {
    asset: { version: '2.0' },
    extensionsUsed: ['VRMC_vrm_animation'],
    extensions: {
      VRMC_vrm_animation: {
        specVersion: '1.0',
        humanoid: { humanBones: Object.fromEntries(bones.map((bone, node) => [bone, { node }])) },
      },
    },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: bones.map((name, index) => ({
      name,
      translation: [0, 0.5, 0],
      ...(index + 1 < bones.length ? { children: [index + 1] } : {}),
    })),
    buffers: [{ byteLength: binary.length }],
    bufferViews: [
      { buffer: 0, byteOffset: 0, byteLength: 12 },
      { buffer: 0, byteOffset: 12, byteLength: 48 },
    ],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 3, type: 'SCALAR', min: [0], max: [1] },
      { bufferView: 1, componentType: 5126, count: 3, type: 'VEC4' },
    ],
    animations: [
      {
        samplers: [{ input: 0, output: 1, interpolation: 'LINEAR' }],
        channels: [{ sampler: 0, target: { node: 2, path: 'rotation' } }],
      },
    ],
  }
  return glb(JSON.stringify(json), binary)
}

function glb(json: string, binary: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 4) * 4))
  const file = new Uint8Array(12 + 8 + text.length + 8 + binary.length)
  const view = new DataView(file.buffer)
  const words = [0x46546c67, 2, file.length, text.length, 0x4e4f534a]
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true)
  file.set(text, 20)
  view.setUint32(20 + text.length, binary.length, true)
  view.setUint32(24 + text.length, 0x004e4942, true)
  file.set(binary, 28 + text.length)
  return file
}
