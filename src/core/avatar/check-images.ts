import { outside } from './check-data.ts'
import { AvatarRefusedError, brokenFile, tooLarge } from './errors.ts'
import type { Gltf } from './gltf-schema.ts'
import { type ImageSize, readImageSize } from './image-size.ts'
import { avatarLimits } from './limits.ts'
import { megabytes } from './plain-words.ts'

export interface TextureCounts {
  readonly count: number
  readonly largestPixels: number
  /** What they take once decoded. */
  readonly decodedBytes: number
  readonly formats: readonly string[]
}

/** Measures the pictures without decoding them. */
export function checkImages(gltf: Gltf, binary: Uint8Array): TextureCounts {
  const images = gltf.images ?? []
  const sizes = images.map((image) => sizeOf(image, gltf, binary))
  const decodedBytes = sizes.reduce((sum, { width, height }) => sum + width * height * 4, 0)
  if (decodedBytes > avatarLimits.textureBytes)
    throw tooLarge(`its pictures take ${megabytes(decodedBytes)} of graphics memory`)
  if ((gltf.textures ?? []).some(({ source }) => source !== undefined && source >= images.length))
    throw brokenFile('it refers to a picture that is missing')
  return {
    count: images.length,
    largestPixels: sizes.reduce((most, { width, height }) => Math.max(most, width, height), 0),
    decodedBytes,
    formats: [...new Set(sizes.map(({ format }) => format))],
  }
}

type Image = NonNullable<Gltf['images']>[number]

function sizeOf({ uri, bufferView }: Image, gltf: Gltf, binary: Uint8Array): ImageSize {
  if (uri !== undefined) throw outside('pictures')
  const view = bufferView === undefined ? undefined : gltf.bufferViews?.[bufferView]
  if (view === undefined) throw brokenFile('one of its pictures is missing')
  const start = view.byteOffset ?? 0
  const size = readImageSize(binary.subarray(start, start + view.byteLength))
  if (size === undefined || size.width === 0 || size.height === 0)
    throw new AvatarRefusedError(
      'broken-image',
      'One of the pictures in this file is damaged or of an unknown kind. Export it with PNG or JPEG textures.',
    )
  if (Math.max(size.width, size.height) > avatarLimits.texturePixels)
    throw tooLarge(`one of its pictures has ${size.width} × ${size.height} pixels`)
  return size
}
