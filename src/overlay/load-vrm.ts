import { VRM, VRMLoaderPlugin, VRMUtils } from '@pixiv/three-vrm'
import type { Object3D } from 'three'
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js'

const timeoutMs = 60_000

/** Loads an avatar, facing the camera at +z. @throws when it cannot be had, or is no VRM */
export async function loadVrm(address: string): Promise<VRM> {
  const loader = new GLTFLoader()
  loader.register((parser) => new VRMLoaderPlugin(parser, { autoUpdateHumanBones: true }))
  const response = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) throw new Error(`the avatar's file was answered with ${response.status}`)
  const gltf = await loader.parseAsync(await response.arrayBuffer(), '')
  const vrm: unknown = gltf.userData['vrm']
  if (!(vrm instanceof VRM)) throw new Error('the file holds no VRM')
  VRMUtils.removeUnnecessaryVertices(gltf.scene)
  VRMUtils.combineSkeletons(gltf.scene)
  VRMUtils.combineMorphs(vrm)
  VRMUtils.rotateVRM0(vrm)
  // Bounds are those of the rest pose, and a figure that fills the picture is always seen.
  vrm.scene.traverse((node: Object3D) => {
    node.frustumCulled = false
  })
  return vrm
}
