// An avatar on a turntable. `window.turntable` is what tests and the contact sheets call.
import { VRMLoaderPlugin, VRMUtils } from '@pixiv/three-vrm'
import {
  createVRMAnimationClip,
  VRMAnimationLoaderPlugin,
  VRMLookAtQuaternionProxy,
} from '@pixiv/three-vrm-animation'
import * as three from 'three'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'

const canvas = document.querySelector('#stage')
const renderer = new three.WebGLRenderer({
  canvas,
  alpha: true,
  antialias: true,
  preserveDrawingBuffer: true,
})
renderer.setClearColor(0, 0)
const scene = new three.Scene()
const light = new three.DirectionalLight(0xffffff, Math.PI)
light.position.set(0.6, 1.3, 2)
scene.add(light)
const camera = new three.PerspectiveCamera(20, 1, 0.1, 20)
const target = new three.Object3D()
scene.add(target)
let vrm

/** With `isTidied` as a viewer does it that wants few bones, points and morphs. */
async function load(url, isTidied = false) {
  const loader = new GLTFLoader()
  loader.register((parser) => new VRMLoaderPlugin(parser))
  const gltf = await loader.loadAsync(url)
  if (vrm) scene.remove(vrm.scene)
  vrm = gltf.userData.vrm
  if (!vrm) throw new Error('not a VRM')
  VRMUtils.rotateVRM0(vrm)
  if (isTidied) {
    VRMUtils.removeUnnecessaryVertices(gltf.scene)
    VRMUtils.combineSkeletons(gltf.scene)
    VRMUtils.combineMorphs(vrm)
  }
  vrm.scene.traverse((object) => {
    object.frustumCulled = false
  })
  scene.add(vrm.scene)
  const names = [...vrm.expressionManager.expressions].map((expression) => expression.expressionName)
  return { names, metaVersion: vrm.meta.metaVersion, joints: vrm.springBoneManager?.joints.size ?? 0 }
}

/** Arms down from the T-pose, in radians. */
function stand(down = 1.08) {
  for (const [side, sign] of [
    ['left', -1],
    ['right', 1],
  ]) {
    vrm.humanoid.getNormalizedBoneNode(`${side}UpperArm`)?.rotation.set(0, sign * 0.12, sign * down)
    vrm.humanoid.getNormalizedBoneNode(`${side}LowerArm`)?.rotation.set(0, sign * 0.15, sign * 0.05)
  }
}

/** Puts the avatar into a VRM animation, this many seconds after its start. */
async function move(url, seconds) {
  const loader = new GLTFLoader()
  loader.register((parser) => new VRMAnimationLoaderPlugin(parser))
  const [animation] = (await loader.loadAsync(url)).userData.vrmAnimations
  if (vrm.lookAt && !vrm.scene.getObjectByName('lookAtProxy')) {
    const proxy = new VRMLookAtQuaternionProxy(vrm.lookAt)
    proxy.name = 'lookAtProxy'
    vrm.scene.add(proxy)
  }
  const clip = createVRMAnimationClip(animation, vrm)
  const mixer = new three.AnimationMixer(vrm.scene)
  mixer.clipAction(clip).play()
  mixer.setTime(seconds)
  vrm.update(0)
  return { tracks: clip.tracks.length, seconds: clip.duration }
}

/** Lets the springs swing for a while, in steps of a 60th of a second. */
function settle(steps = 90) {
  for (let step = 0; step < steps; step++) vrm.update(1 / 60)
}

function turnBone(name, x, y, z) {
  vrm.humanoid.getNormalizedBoneNode(name).rotation.set(x, y, z)
}

/** Where a node is in the world. */
function whereIs(name) {
  const point = vrm.scene.getObjectByName(name).getWorldPosition(new three.Vector3())
  return [point.x, point.y, point.z]
}

function face(weights) {
  for (const expression of vrm.expressionManager.expressions) expression.weight = 0
  for (const [name, weight] of Object.entries(weights)) vrm.expressionManager.setValue(name, weight)
}

/** Draws the avatar in a view: `turn` in degrees, what height the camera looks at, and how many metres it sees. */
function draw({
  width = 400,
  height = 500,
  turn = 0,
  middle = 0.57,
  span = 1.28,
  aside = 0,
  pitch = 0,
  look,
}) {
  renderer.setSize(width, height, false)
  canvas.style.width = `${width}px`
  camera.aspect = width / height
  const away = span / 2 / Math.tan((camera.fov * Math.PI) / 360)
  const angle = (turn * Math.PI) / 180
  const tilt = (pitch * Math.PI) / 180
  camera.position.set(
    aside + Math.sin(angle) * Math.cos(tilt) * away,
    middle + Math.sin(tilt) * away,
    Math.cos(angle) * Math.cos(tilt) * away,
  )
  camera.lookAt(aside, middle, 0)
  camera.updateProjectionMatrix()
  // Without a target the look presets keep the weights that they were given.
  if (look) target.position.set(look[0], 0.7 + look[1], 3)
  target.updateMatrixWorld()
  if (vrm.lookAt) vrm.lookAt.target = look ? target : null
  vrm.update(0)
  renderer.render(scene, camera)
  return { triangles: renderer.info.render.triangles, calls: renderer.info.render.calls }
}

/** The picture as a PNG in a data URL. */
function picture(view) {
  draw(view)
  return canvas.toDataURL('image/png')
}

/** How many pixels of a view differ visibly between each two of these faces and looks. */
function compare(view, faces) {
  const gl = renderer.getContext()
  const pictures = faces.map(({ look, ...weights }) => {
    face(weights)
    draw({ ...view, look })
    const pixels = new Uint8Array(canvas.width * canvas.height * 4)
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
    return pixels
  })
  return pictures.map((a) => pictures.map((b) => countDifferent(a, b)))
}

function countDifferent(a, b) {
  let count = 0
  for (let at = 0; at < a.length; at += 4)
    if (Math.abs(a[at] - b[at]) + Math.abs(a[at + 1] - b[at + 1]) + Math.abs(a[at + 2] - b[at + 2]) > 60)
      count++
  return count
}

window.turntable = {
  compare,
  move,
  load,
  stand,
  settle,
  face,
  draw,
  picture,
  turnBone,
  whereIs,
}
document.documentElement.dataset.ready = 'yes'
