import { brows, cheeks } from './face/brows-and-cheeks.ts'
import { gazes, irises, lids } from './face/eyes.ts'
import { faceShapes } from './face/face-shape.ts'
import { mouth } from './face/mouth.ts'
import { skin } from './face/skin.ts'
import { joinMeshes, type Mesh, moveMesh } from './geometry/mesh.ts'
import type { Vec3 } from './geometry/vector.ts'
import { AccessorWriter } from './gltf/accessors.ts'
import { BinaryChunk, encodeGlb } from './gltf/binary.ts'
import { materialNames, materialsOf, type TextureName } from './gltf/materials.ts'
import { type Places, springExtension, vrmExtension } from './gltf/vrm-extensions.ts'
import { paintBodyAtlas } from './paint/body-atlas.ts'
import type { Canvas } from './paint/canvas.ts'
import { paintFaceAtlas } from './paint/face-atlas.ts'
import { paintBlush, paintFlame, paintGaze, paintHalo } from './paint/light-textures.ts'
import { encodePng } from './paint/png.ts'
import { antenna, glass, halo } from './parts/antenna.ts'
import { bow } from './parts/bow.ts'
import { coat } from './parts/coat.ts'
import { collar } from './parts/collar.ts'
import { hair } from './parts/hair.ts'
import { hood } from './parts/hood.ts'
import { mittensAndBoots } from './parts/limbs.ts'
import { grownOnHead } from './parts/proportions.ts'
import { boneNames, bones } from './rig/bones.ts'
import type { MaterialName } from './rig/expressions.ts'
import { boneNode, nodeOf } from './rig/skeleton-nodes.ts'

const grown = (mesh: Mesh): Mesh => moveMesh(mesh, grownOnHead)
const morphs = Object.keys(faceShapes)

const meshes: readonly {
  readonly name: string
  readonly morphs: readonly string[]
  readonly parts: readonly (readonly [MaterialName, () => Mesh])[]
}[] = [
  {
    name: 'Body',
    morphs: [],
    parts: [
      [
        'Lumi',
        () =>
          joinMeshes([
            grown(joinMeshes([hood(), bow()])),
            coat(),
            mittensAndBoots(),
            collar(),
            hair(),
            antenna(),
          ]),
      ],
    ],
  },
  {
    name: 'Face',
    morphs,
    parts: [
      ['Face', () => grown(joinMeshes([skin(), irises(), lids(), brows(), mouth()]))],
      ['Blush', () => grown(cheeks())],
      ['Gaze', () => grown(gazes())],
    ],
  },
  {
    name: 'Light',
    morphs: [],
    parts: [
      ['Lantern', glass],
      ['Halo', halo],
    ],
  },
]

const textures: Readonly<Record<TextureName, () => Canvas>> = {
  body: paintBodyAtlas,
  face: paintFaceAtlas,
  gaze: paintGaze,
  blush: paintBlush,
  flame: paintFlame,
  halo: paintHalo,
}
const textureNames: readonly TextureName[] = ['body', 'face', 'gaze', 'blush', 'flame', 'halo']

/** Makes Lumi as a VRM 1.0 file; the same bytes every time. `thumbnail` is a JPEG. */
export function buildLumi(thumbnail?: Uint8Array): Uint8Array {
  const binary = new BinaryChunk()
  const writer = new AccessorWriter(binary)
  const written = meshes.map(({ name, morphs: targets, parts }) => ({
    name,
    primitives: parts.map(([material, make]) =>
      writer.primitive(make(), materialNames.indexOf(material), targets),
    ),
    ...(targets.length > 0 && { weights: targets.map(() => 0), extras: { targetNames: targets } }),
  }))
  const inverseBindMatrices = writer.floats(
    boneNames.flatMap((name) => unbind(bones[name].at)),
    'MAT4',
    boneNames.length,
  )
  const images: { name: string; mimeType: string; bufferView: number }[] = textureNames.map((name) => ({
    name,
    mimeType: 'image/png',
    bufferView: binary.add(encodePng(textures[name]())),
  }))
  if (thumbnail) images.push({ name: 'thumbnail', mimeType: 'image/jpeg', bufferView: binary.add(thumbnail) })
  const places: Places = {
    nodeOf,
    bodyNode: boneNames.length,
    faceNode: boneNames.length + 1,
    lightNode: boneNames.length + 2,
    thumbnailImage: thumbnail ? textureNames.length : undefined,
    morphs,
  }
  const data = binary.toBytes()
  const json = {
    asset: { version: '2.0', generator: 'Companions', copyright: 'Companions contributors, MIT licence' },
    extensionsUsed: ['VRMC_vrm', 'VRMC_springBone', 'VRMC_materials_mtoon'],
    extensions: { VRMC_vrm: vrmExtension(places), VRMC_springBone: springExtension(places) },
    scene: 0,
    scenes: [{ nodes: [0, ...meshes.map((_, index) => boneNames.length + index)] }],
    nodes: [...boneNames.map(boneNode), ...meshes.map(({ name }, mesh) => ({ name, mesh, skin: 0 }))],
    meshes: written,
    skins: [{ joints: boneNames.map(nodeOf), inverseBindMatrices, skeleton: 0 }],
    materials: materialsOf(textureNames),
    textures: textureNames.map((_, source) => ({ source, sampler: 0 })),
    samplers: [{ magFilter: 9729, minFilter: 9987, wrapS: 33071, wrapT: 33071 }],
    images,
    accessors: writer.accessors,
    bufferViews: binary.views,
    buffers: [{ byteLength: data.length }],
  }
  return encodeGlb(json, data)
}

/** Bones have no rotation in the T-pose: the inverse is a translation, column by column. */
const unbind = ([x, y, z]: Vec3): number[] => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -x, -y, -z, 1]
