import { BinaryChunk, encodeGlb } from '../../../tools/avatar/gltf/binary.ts'
import { Canvas } from '../../../tools/avatar/paint/canvas.ts'
import { encodePng } from '../../../tools/avatar/paint/png.ts'

export interface TinyAvatar {
  readonly version?: 0 | 1
  readonly hasExpressions?: boolean
  readonly picture?: Uint8Array
  readonly pictureType?: string
  /** How many squares the sheet that it wears has along each side. */
  readonly squares?: number
}

export interface Document {
  readonly json: object
  readonly binary: BinaryChunk
}

const sides = ['left', 'right'] as const
const tree: readonly (readonly [bone: string, parent: string | undefined, x: number, y: number])[] = [
  ['hips', undefined, 0, 0.9],
  ['spine', 'hips', 0, 0.1],
  ['chest', 'spine', 0, 0.15],
  ['neck', 'chest', 0, 0.2],
  ['head', 'neck', 0, 0.08],
  ...sides.flatMap((side, index) => {
    const out = index === 0 ? 1 : -1
    return [
      [`${side}UpperArm`, 'chest', out * 0.15, 0.15],
      [`${side}LowerArm`, `${side}UpperArm`, out * 0.25, 0],
      [`${side}Hand`, `${side}LowerArm`, out * 0.22, 0],
      [`${side}UpperLeg`, 'hips', out * 0.1, -0.05],
      [`${side}LowerLeg`, `${side}UpperLeg`, 0, -0.4],
      [`${side}Foot`, `${side}LowerLeg`, 0, -0.4],
    ] as const
  }),
]
export const boneNames = tree.map(([bone]) => bone)

/** The least that is an avatar: a skeleton that wears a flat sheet, in VRM 1.0 or 0.x as UniVRM would write it. */
export function tinyAvatar(options: TinyAvatar = {}): Uint8Array {
  const { json, binary } = tinyDocument(options)
  return encodeDocument(json, binary.toBytes())
}

export function encodeDocument(json: object, bytes: Uint8Array): Uint8Array {
  return encodeGlb(json, bytes)
}

export function tinyDocument({
  version = 1,
  hasExpressions = true,
  picture = encodePng(new Canvas(4, 4, [0.9, 0.5, 0.4, 1])),
  pictureType = 'image/png',
  squares = 4,
}: TinyAvatar): Document {
  const binary = new BinaryChunk()
  const sheet = makeSheet(squares)
  const accessors = [
    {
      bufferView: add(binary, Float32Array.from(sheet.points)),
      componentType: 5126,
      count: sheet.count,
      type: 'VEC3',
      min: [-0.2, 1.2, 0],
      max: [0.2, 1.6, 0],
    },
    {
      bufferView: add(binary, Uint32Array.from(sheet.corners)),
      componentType: 5125,
      count: sheet.corners.length,
      type: 'SCALAR',
    },
    {
      bufferView: add(
        binary,
        Float32Array.from(sheet.points.map((_, index) => (index % 3 === 1 ? 0.05 : 0))),
      ),
      componentType: 5126,
      count: sheet.count,
      type: 'VEC3',
      min: [0, 0.05, 0],
      max: [0, 0.05, 0],
    },
    {
      bufferView: add(binary, Float32Array.from(sheet.uvs)),
      componentType: 5126,
      count: sheet.count,
      type: 'VEC2',
    },
  ]
  const image = { bufferView: binary.add(picture), mimeType: pictureType }
  const json = {
    asset: { version: '2.0', generator: 'tests' },
    extensionsUsed: version === 1 ? ['VRMC_vrm'] : ['VRM'],
    scene: 0,
    scenes: [{ nodes: [0, boneNames.length] }],
    nodes: [...tree.map(boneNode), { name: 'sheet', mesh: 0 }],
    meshes: [
      {
        primitives: [
          { attributes: { POSITION: 0, TEXCOORD_0: 3 }, indices: 1, material: 0, targets: [{ POSITION: 2 }] },
        ],
      },
    ],
    materials: [
      { name: 'cloth', doubleSided: true, pbrMetallicRoughness: { baseColorTexture: { index: 0 } } },
    ],
    textures: [{ source: 0 }],
    images: [image],
    accessors,
    bufferViews: binary.views,
    buffers: [{ byteLength: binary.toBytes().length }],
    extensions: version === 1 ? { VRMC_vrm: vrm1(hasExpressions) } : { VRM: vrm0(hasExpressions) },
  }
  return { json, binary }
}

const add = (binary: BinaryChunk, values: Float32Array | Uint32Array): number =>
  binary.add(new Uint8Array(values.buffer))

function boneNode([name, , x, y]: (typeof tree)[number]): object {
  const children = tree.flatMap(([, parent], index) => (parent === name ? [index] : []))
  return { name, translation: [x, y, 0], ...(children.length > 0 && { children }) }
}

function makeSheet(squares: number) {
  const points: number[] = []
  const uvs: number[] = []
  const corners: number[] = []
  for (let row = 0; row <= squares; row++)
    for (let column = 0; column <= squares; column++) {
      const [u, v] = [column / squares, row / squares]
      points.push(u * 0.4 - 0.2, 1.2 + v * 0.4, 0)
      uvs.push(u, 1 - v)
      const corner = row * (squares + 1) + column
      const above = corner + squares + 1
      if (row < squares && column < squares)
        corners.push(corner, corner + 1, above + 1, corner, above + 1, above)
    }
  return { points, uvs, corners, count: points.length / 3 }
}

function vrm1(hasExpressions: boolean): object {
  const move = { morphTargetBinds: [{ node: boneNames.length, index: 0, weight: 1 }] }
  const names = ['aa', 'ih', 'ou', 'ee', 'oh', 'blink', 'happy', 'angry', 'sad', 'relaxed', 'surprised']
  return {
    specVersion: '1.0',
    meta: { name: 'Tiny', authors: ['Someone'], licenseUrl: 'https://vrm.dev/licenses/1.0/' },
    humanoid: { humanBones: Object.fromEntries(boneNames.map((name, node) => [name, { node }])) },
    ...(hasExpressions && { expressions: { preset: Object.fromEntries(names.map((name) => [name, move])) } }),
  }
}

function vrm0(hasExpressions: boolean): object {
  const groups = ['A', 'I', 'U', 'E', 'O', 'Blink', 'Joy', 'Angry', 'Sorrow', 'Fun', 'Neutral']
  const group = (name: string) => ({
    name,
    presetName: name.toLowerCase(),
    binds: name === 'Neutral' ? [] : [{ mesh: 0, index: 0, weight: 100 }],
    materialValues: [],
  })
  return {
    exporterVersion: 'tests',
    specVersion: '0.0',
    meta: {
      title: 'Old Tiny',
      author: 'Someone',
      allowedUserName: 'Everyone',
      violentUssageName: 'Disallow',
      sexualUssageName: 'Disallow',
      commercialUssageName: 'Allow',
      licenseName: 'CC_BY',
    },
    humanoid: { humanBones: boneNames.map((bone, node) => ({ bone, node, useDefaultValues: true })) },
    firstPerson: {
      firstPersonBone: 4,
      firstPersonBoneOffset: { x: 0, y: 0.06, z: 0 },
      meshAnnotations: [],
      lookAtTypeName: 'Bone',
      ...Object.fromEntries(
        ['HorizontalInner', 'HorizontalOuter', 'VerticalDown', 'VerticalUp'].map((way) => [
          `lookAt${way}`,
          { curve: [0, 0, 0, 1, 1, 1, 1, 0], xRange: 90, yRange: 10 },
        ]),
      ),
    },
    blendShapeMaster: { blendShapeGroups: hasExpressions ? groups.map(group) : [] },
    secondaryAnimation: {
      boneGroups: [
        {
          bones: [4],
          stiffiness: 1,
          gravityPower: 0,
          dragForce: 0.4,
          hitRadius: 0.02,
          center: -1,
          colliderGroups: [],
        },
      ],
      colliderGroups: [],
    },
    materialProperties: [
      {
        name: 'cloth',
        shader: 'VRM_USE_GLTFSHADER',
        renderQueue: 2000,
        floatProperties: {},
        vectorProperties: {},
        textureProperties: {},
        keywordMap: {},
        tagMap: {},
      },
    ],
  }
}
