import { Box3, DirectionalLight, PerspectiveCamera, Scene, Vector3, WebGLRenderer } from 'three'

export interface ScreenOptions {
  readonly isFine: boolean
  readonly onLost: () => void
  readonly onRestored: () => void
}

const fieldOfView = 20
/** Room around the figure, for swaying and for the lantern. */
const margin = 1.12

/** Canvas, camera and light. Transparent: what is behind the page is seen. */
export class Screen {
  readonly scene = new Scene()
  readonly camera = new PerspectiveCamera(fieldOfView, 1, 0.1, 30)
  readonly canvas: HTMLCanvasElement
  readonly #renderer: WebGLRenderer
  readonly #isFine: boolean
  readonly #bounds = new Box3()
  readonly #middle = new Vector3()
  readonly #size = new Vector3()
  #framing: 'whole' | 'bust' = 'whole'
  readonly #watch: ResizeObserver

  /** @throws where there is no WebGL */
  constructor(parent: HTMLElement, { isFine, onLost, onRestored }: ScreenOptions) {
    this.#isFine = isFine
    this.#renderer = new WebGLRenderer({
      alpha: true,
      antialias: isFine,
      powerPreference: 'high-performance',
    })
    this.#renderer.setClearAlpha(0)
    this.canvas = this.#renderer.domElement
    this.canvas.className = 'overlay-canvas'
    // Without this the browser takes the loss for good. three builds its things anew when the context is back.
    this.canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault()
      onLost()
    })
    this.canvas.addEventListener('webglcontextrestored', onRestored)
    this.#addLight()
    parent.prepend(this.canvas)
    this.#watch = new ResizeObserver(() => this.#fit())
    this.#watch.observe(parent)
  }

  frame(bounds: Box3, framing: 'whole' | 'bust'): void {
    this.#bounds.copy(bounds)
    this.#framing = framing
    this.#fit()
  }

  draw(): void {
    this.#renderer.render(this.scene, this.camera)
  }

  close(): void {
    this.#watch.disconnect()
    this.#renderer.dispose()
    this.canvas.remove()
  }

  /** One light and no ambient: what MToon's two tones are painted for. */
  #addLight(): void {
    const light = new DirectionalLight(0xffffff, Math.PI)
    light.position.set(0.6, 1.4, 2)
    this.scene.add(light)
  }

  #fit(): void {
    const width = this.canvas.parentElement?.clientWidth ?? 1
    const height = this.canvas.parentElement?.clientHeight ?? 1
    this.#renderer.setPixelRatio(this.#isFine ? Math.min(2, devicePixelRatio) : 1)
    this.#renderer.setSize(width, height, false)
    this.camera.aspect = width / Math.max(1, height)
    this.#bounds.getCenter(this.#middle)
    this.#bounds.getSize(this.#size)
    if (this.#framing === 'bust') {
      const shown = 0.62 * this.#size.y
      this.#middle.y = this.#bounds.max.y - shown / 2
      this.#size.y = shown
    }
    const halfHeight = Math.max(this.#size.y, (armless * this.#size.x) / this.camera.aspect) / 2
    const distance = (margin * halfHeight) / Math.tan((fieldOfView * Math.PI) / 360) + this.#size.z / 2
    this.camera.position.set(this.#middle.x, this.#middle.y, distance)
    this.camera.updateProjectionMatrix()
  }
}

/** Bounds are those of the rest pose, with arms stretched out, which nobody ever sees. */
const armless = 0.7
