import { MToonMaterial, type VRM } from '@pixiv/three-vrm'
import { Color, type Material, Mesh, type Object3D } from 'three'

/** Brighter than this the glass turns from amber to a poisonous yellow; the halo goes on growing. */
const mostLit = 1.35

/** The lamp of our own avatar, found by the names of its materials; any other avatar simply has none. */
export class Lantern {
  readonly #lamps: { readonly material: LitMaterial; readonly color: Color; readonly emissive: Color }[] = []
  readonly #halos: { readonly material: Material; readonly opacity: number }[] = []

  constructor({ scene }: VRM) {
    scene.traverse((node) => {
      for (const material of materialsOf(node)) this.#know(material)
    })
  }

  /** `glow` 0 to about 1.6; 1 is how the avatar was painted. */
  shine(glow: number): void {
    for (const { material, color, emissive } of this.#lamps) {
      const lit = Math.min(mostLit, glow)
      material.color.copy(color).multiplyScalar(0.3 + 0.7 * Math.min(1, lit))
      material.emissive.copy(emissive).multiplyScalar(lit * lit)
    }
    for (const { material, opacity } of this.#halos) setOpacity(material, Math.min(1, opacity * glow))
  }

  #know(material: Material): void {
    if (/halo/i.test(material.name)) this.#halos.push({ material, opacity: material.opacity })
    else if (/lantern/i.test(material.name) && isLit(material)) {
      const { color, emissive } = material
      this.#lamps.push({ material, color: color.clone(), emissive: emissive.clone() })
    }
  }
}

/** MToon hands its opacity on before this is called, and a face may have set it back; so the shader is told itself. */
function setOpacity(material: Material, opacity: number): void {
  material.opacity = opacity
  if (material instanceof MToonMaterial && material.uniforms.opacity)
    material.uniforms.opacity.value = opacity
}

type LitMaterial = Material & { readonly color: Color; readonly emissive: Color }

function isLit(material: Material): material is LitMaterial {
  return (
    'color' in material &&
    material.color instanceof Color &&
    'emissive' in material &&
    material.emissive instanceof Color
  )
}

function materialsOf(node: Object3D): readonly Material[] {
  if (!(node instanceof Mesh)) return []
  const { material } = node
  return Array.isArray(material) ? material : [material]
}
