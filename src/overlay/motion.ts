import type { VRM } from '@pixiv/three-vrm'
import {
  createVRMAnimationClip,
  type VRMAnimation,
  VRMAnimationLoaderPlugin,
  VRMLookAtQuaternionProxy,
} from '@pixiv/three-vrm-animation'
import { AnimationMixer } from 'three'
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js'

/** A motion that the owner brought (VRMA), played over and over in the place of the idle life of the body. */
export interface Motion {
  move(dtMs: number): void
}

/** @throws when the file cannot be had, or holds no motion */
export async function loadMotion(address: string, vrm: VRM): Promise<Motion> {
  const loader = new GLTFLoader()
  loader.register((parser) => new VRMAnimationLoaderPlugin(parser))
  const { userData } = await loader.loadAsync(address)
  const animations: unknown = userData.vrmAnimations
  const [animation]: VRMAnimation[] = Array.isArray(animations) ? animations : []
  if (!animation) throw new Error('the file holds no motion')
  // Where a motion turns the eyes, three-vrm wants this node, and says so in the console when it has to make it itself.
  if (vrm.lookAt) {
    const proxy = new VRMLookAtQuaternionProxy(vrm.lookAt)
    proxy.name = 'lookAtQuaternionProxy'
    vrm.scene.add(proxy)
  }
  const mixer = new AnimationMixer(vrm.scene)
  mixer.clipAction(createVRMAnimationClip(animation, vrm)).play()
  return { move: (dtMs) => void mixer.update(dtMs / 1_000) }
}
