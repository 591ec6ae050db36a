import { MToonMaterial, type VRM, VRMUtils } from '@pixiv/three-vrm'
import { Box3, Mesh, Object3D, type PerspectiveCamera, Vector3 } from 'three'
import { Blinks } from './blinks.ts'
import { eased } from './expression.ts'
import type { Figure, Moment } from './figure.ts'
import { Gaze } from './gaze.ts'
import { IdleBody } from './idle-body.ts'
import { Lantern } from './lantern.ts'
import type { Motion } from './motion.ts'
import { vowels } from './mouth-frames.ts'

/** Longer steps make hair and antenna fly off. */
const longestStepMs = 50

/** The avatar: a VRM with idle life, a face, and lips. */
export class VrmFigure implements Figure {
  readonly vrm: VRM
  /** In the place of the body's own idle life. */
  motion: Motion | undefined
  readonly #body: IdleBody
  readonly #blinks = new Blinks()
  readonly #gaze = new Gaze()
  readonly #target = new Object3D()
  readonly #lantern: Lantern
  readonly #head = new Vector3()
  readonly #camera: PerspectiveCamera

  constructor(vrm: VRM, camera: PerspectiveCamera) {
    this.vrm = vrm
    this.#camera = camera
    this.#body = new IdleBody(vrm)
    this.#lantern = new Lantern(vrm)
    if (vrm.lookAt) vrm.lookAt.target = this.#target
  }

  /** Size of the figure at rest, in metres. */
  get bounds(): Box3 {
    return new Box3().setFromObject(this.vrm.scene)
  }

  set hasOutlines(isOn: boolean) {
    this.vrm.scene.traverse((node) => {
      if (!(node instanceof Mesh)) return
      const materials = Array.isArray(node.material) ? node.material : [node.material]
      for (const material of materials)
        if (material instanceof MToonMaterial && material.isOutline) material.visible = isOn
    })
  }

  /** Body first, then the face on top of it, then what hangs on both. */
  show(moment: Moment): void {
    const dtMs = Math.min(longestStepMs, moment.dtMs)
    if (moment.dtMs > 500) this.vrm.springBoneManager?.reset()
    this.#gaze.move(moment.now, dtMs, moment.state)
    if (this.motion) this.motion.move(dtMs)
    else this.#body.move(moment, this.#gaze.yaw, this.#gaze.pitch)
    this.#look()
    this.#makeFace(moment)
    this.vrm.update(dtMs / 1_000)
    this.#lantern.shine(moment.glow)
  }

  close(): void {
    VRMUtils.deepDispose(this.vrm.scene)
  }

  #look(): void {
    const { position } = this.#camera
    this.vrm.humanoid.getNormalizedBoneNode('head')?.getWorldPosition(this.#head)
    const distance = position.z - this.#head.z
    this.#target.position.set(
      position.x + distance * Math.tan(this.#gaze.yaw),
      position.y + distance * Math.tan(this.#gaze.pitch),
      position.z,
    )
    this.#target.updateMatrixWorld()
  }

  /** The lips are set last, so that neither a motion nor a face leaves its own vowels there; overrides are the model's. */
  #makeFace({ now, state, expressions, mouth }: Moment): void {
    const manager = this.vrm.expressionManager
    if (!manager) return
    for (const [name, weight] of expressions) manager.setValue(name, eased(weight))
    const isEmber = state === 'offline'
    if (isEmber) manager.setValue('relaxed', 1)
    else if (!expressions.has('relaxed')) manager.setValue('relaxed', 0)
    manager.setValue('blink', this.#blinks.weightAt(now, isEmber ? 0.4 : 1))
    for (let index = 0; index < vowels.length; index++)
      manager.setValue(vowels[index] ?? 'aa', isEmber ? 0 : (mouth[index] ?? 0))
  }
}
