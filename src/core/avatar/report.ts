import type { TextureCounts } from './check-images.ts'
import type { MeshCounts } from './check-meshes.ts'
import { type Expressions, emotions, vowels } from './expressions.ts'
import type { Licence } from './licence.ts'
import { avatarAdvice } from './limits.ts'
import { grouped, listed, megabytes } from './plain-words.ts'

export interface AvatarCounts extends Pick<MeshCounts, 'triangles' | 'vertices'> {
  readonly fileBytes: number
  readonly bones: number
  readonly springJoints: number
  readonly materials: number
  readonly textures: TextureCounts
}

/** What an avatar is, for the person who brings it. Names come from the file: they are data, never HTML. */
export interface AvatarReport {
  readonly specVersion: '0.x' | '1.0'
  readonly name: string
  readonly counts: AvatarCounts
  readonly expressions: Expressions
  readonly licence: Licence
  /** In plain sentences: what it is, then what will not work or may be slow. */
  readonly facts: readonly string[]
  readonly warnings: readonly string[]
}

export function factsOf({ fileBytes, triangles, textures, bones, springJoints }: AvatarCounts): string[] {
  const pictures = `${textures.count} ${textures.count === 1 ? 'picture' : 'pictures'}`
  return [
    `${megabytes(fileBytes)}, ${grouped(triangles)} triangles, ${pictures} of at most ${textures.largestPixels} pixels.`,
    `${bones} bones, ${springJoints} of them swing.`,
  ]
}

export function warningsOf(counts: AvatarCounts, expressions: Expressions): string[] {
  return [...missingExpressions(expressions), ...costs(counts)]
}

function missingExpressions({ presets }: Expressions): string[] {
  const missing = (wanted: readonly string[]): string[] => wanted.filter((name) => !presets.includes(name))
  const noVowels = missing(vowels)
  const noEmotions = missing(emotions)
  const sentences: string[] = []
  if (noVowels.length === vowels.length)
    sentences.push('It has no mouth shapes, so its mouth will not move when it speaks.')
  else if (noVowels.length > 0)
    sentences.push(`It has no mouth shape for ${listed(noVowels)}; the others will stand in.`)
  if (noEmotions.length === emotions.length) sentences.push('It has no emotions, so its face stays as it is.')
  else if (noEmotions.length > 0)
    sentences.push(`It cannot look ${listed(noEmotions).replace(' and ', ' or ')}.`)
  if (!presets.includes('blink') && missing(['blinkLeft', 'blinkRight']).length > 0)
    sentences.push('It cannot blink.')
  return sentences
}

function costs({ fileBytes, triangles, textures, springJoints, materials }: AvatarCounts): string[] {
  const sentences: string[] = []
  if (fileBytes > avatarAdvice.fileBytes)
    sentences.push(`The file is large (${megabytes(fileBytes)}): the overlay takes longer to appear.`)
  if (triangles > avatarAdvice.triangles)
    sentences.push(`It has many triangles (${grouped(triangles)}): weak graphics cards will drop frames.`)
  if (textures.decodedBytes > avatarAdvice.textureBytes)
    sentences.push(
      `Its pictures take ${megabytes(textures.decodedBytes)} of graphics memory; smaller ones would look the same on a stream.`,
    )
  if (springJoints > avatarAdvice.springJoints)
    sentences.push(`${springJoints} of its bones swing, which costs processor time in each frame.`)
  if (materials > avatarAdvice.materials)
    sentences.push(`It has ${materials} materials; fewer would draw faster.`)
  return sentences
}
