import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripComments } from './strip-comments.ts'
import { stripTypes } from './strip-types.ts'

const require = createRequire(import.meta.url)
const besideEntry = (name: string, file: string) => join(dirname(require.resolve(name)), file)
const inSource = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))

/** Every module of ours that the overlay, its pages and the avatar of the chat page may load, by path in src/. */
const ownModules = [
  'overlay/avatar-view.ts',
  'overlay/backoff.ts',
  'overlay/blinks.ts',
  'overlay/bubbles.ts',
  'overlay/calibration.ts',
  'overlay/caption-pages.ts',
  'overlay/captions.ts',
  'overlay/chat-avatar.ts',
  'overlay/clap-sound.ts',
  'overlay/expression.ts',
  'overlay/figure.ts',
  'overlay/find.ts',
  'overlay/gaze.ts',
  'overlay/graphics.ts',
  'overlay/idle-body.ts',
  'overlay/lantern-light.ts',
  'overlay/lantern.ts',
  'overlay/lips.ts',
  'overlay/live-mouth.ts',
  'overlay/load-vrm.ts',
  'overlay/main.ts',
  'overlay/motion.ts',
  'overlay/mouth-frames.ts',
  'overlay/mouth-track.ts',
  'overlay/noise.ts',
  'overlay/overlay.ts',
  'overlay/overlays-page.ts',
  'overlay/performer.ts',
  'overlay/picture-figure.ts',
  'overlay/render-loop.ts',
  'overlay/screen.ts',
  'overlay/sound-player.ts',
  'overlay/sound-worklet.ts',
  'overlay/stage-clock.ts',
  'overlay/stage-feed.ts',
  'overlay/vrm-figure.ts',
  'core/protocol/feed-close.ts',
  'core/protocol/sound-frame.ts',
  'core/voice/frame.ts',
  'core/voice/pcm/level.ts',
  'core/voice/visemes/estimator.ts',
  'core/voice/visemes/real-fft.ts',
  'core/voice/visemes/sound-shape.ts',
  'core/voice/visemes/voice-colour.ts',
  'core/voice/visemes/vowel-features.ts',
  'core/voice/visemes/vowel-weights.ts',
] as const

/** Relative imports between these files keep working, so their folders are kept. */
const vendorFiles: Readonly<Record<string, string>> = {
  'three/build/three.module.min.js': besideEntry('three', 'three.module.min.js'),
  'three/build/three.core.min.js': besideEntry('three', 'three.core.min.js'),
  'three/jsm/loaders/GLTFLoader.js': require.resolve('three/examples/jsm/loaders/GLTFLoader.js'),
  'three/jsm/utils/BufferGeometryUtils.js': require.resolve(
    'three/examples/jsm/utils/BufferGeometryUtils.js',
  ),
  'three/jsm/utils/SkeletonUtils.js': require.resolve('three/examples/jsm/utils/SkeletonUtils.js'),
  'three-vrm.js': besideEntry('@pixiv/three-vrm', 'three-vrm.module.min.js'),
  'three-vrm-animation.js': besideEntry('@pixiv/three-vrm-animation', 'three-vrm-animation.module.min.js'),
}

/** What modules import by name; the server writes the addresses in, so that no page needs an import map. */
const named: Readonly<Record<string, string>> = {
  // The length of a frame without the schemas beside it.
  '#core/protocol/stage.ts': 'overlay/mouth-frames.ts',
  three: 'vendor/three/build/three.module.min.js',
  'three/examples/jsm/loaders/GLTFLoader.js': 'vendor/three/jsm/loaders/GLTFLoader.js',
  '@pixiv/three-vrm': 'vendor/three-vrm.js',
  '@pixiv/three-vrm-animation': 'vendor/three-vrm-animation.js',
}

const importedName = /\b(from|import)(\s*\(?\s*)(["'])([#@\w][^"'\n]*)\3/g

export interface StageModules {
  /** Changes with any of the files. */
  readonly key: string
  /** Makes the JavaScript of each module for a server that has them under `base`. */
  readonly files: ReadonlyMap<string, (base: string) => string>
}

/** Knows the modules; they are read and stripped when somebody wants them. */
export function loadStageModules(): StageModules {
  const hash = createHash('sha256')
  const files = new Map<string, (base: string) => string>()
  const add = (path: string, file: string, shrink: (source: string) => string) => {
    hash.update(path).update(readFileSync(file))
    files.set(path, (base) => resolveNames(shrink(readFileSync(file, 'utf8')), base))
  }
  for (const path of ownModules) add(path, inSource(path), (source) => stripComments(stripTypes(source)))
  for (const [path, file] of Object.entries(vendorFiles))
    add(`vendor/${path}`, file, path.includes('/jsm/') ? stripComments : (source) => source)
  return { key: hash.digest('hex').slice(0, 16), files }
}

function resolveNames(source: string, base: string): string {
  return source.replace(importedName, (whole, keyword, space, quote, name: string) => {
    const path = named[name] ?? (name.startsWith('#core/') ? name.slice(1) : undefined)
    return path === undefined ? whole : `${keyword}${space}${quote}${base}${path}${quote}`
  })
}
