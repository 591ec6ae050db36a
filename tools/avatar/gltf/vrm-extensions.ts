import type { BoneName } from '../rig/bones.ts'
import { custom, type Expression, presets } from '../rig/expressions.ts'
import { humanNames } from '../rig/skeleton-nodes.ts'
import { colliders, springs } from '../rig/springs.ts'
import { materialNames } from './materials.ts'

export interface Places {
  nodeOf(bone: BoneName): number
  readonly faceNode: number
  readonly bodyNode: number
  readonly lightNode: number
  readonly thumbnailImage: number | undefined
  readonly morphs: readonly string[]
}

/** VRMC_vrm 1.0. */
export function vrmExtension(places: Places): object {
  return {
    specVersion: '1.0',
    meta: meta(places.thumbnailImage),
    humanoid: { humanBones: humanBones(places) },
    firstPerson: {
      meshAnnotations: [places.bodyNode, places.faceNode, places.lightNode].map((node) => ({
        node,
        type: 'auto',
      })),
    },
    lookAt: lookAt(),
    expressions: { preset: named(presets, places), custom: named(custom, places) },
  }
}

function meta(thumbnailImage: number | undefined): object {
  return {
    name: 'Lumi',
    version: '1.0',
    authors: ['Companions contributors'],
    copyrightInformation: 'Companions contributors, MIT licence',
    licenseUrl: 'https://vrm.dev/licenses/1.0/',
    otherLicenseUrl: 'https://opensource.org/license/mit',
    thumbnailImage,
    avatarPermission: 'everyone',
    commercialUsage: 'corporation',
    creditNotation: 'unnecessary',
    modification: 'allowModificationRedistribution',
    allowRedistribution: true,
    allowExcessivelyViolentUsage: true,
    allowExcessivelySexualUsage: true,
    allowPoliticalOrReligiousUsage: true,
    allowAntisocialOrHateUsage: true,
  }
}

function humanBones({ nodeOf }: Places): Record<string, { node: number }> {
  return Object.fromEntries(humanNames.map((name) => [name, { node: nodeOf(name) }]))
}

function lookAt(): object {
  const range = (outputScale: number) => ({ inputMaxValue: 40, outputScale })
  return {
    type: 'expression',
    offsetFromHeadBone: [0, 0.14, 0.19],
    rangeMapHorizontalInner: range(1),
    rangeMapHorizontalOuter: range(1),
    rangeMapVerticalDown: range(1),
    rangeMapVerticalUp: range(1),
  }
}

function named(expressions: Readonly<Record<string, Expression>>, places: Places): object {
  return Object.fromEntries(
    Object.entries(expressions).map(([name, expression]) => [name, expressionOf(expression, places)]),
  )
}

function expressionOf({ morphs, colours = [], gaze, overrideBlink }: Expression, places: Places): object {
  return {
    isBinary: false,
    overrideBlink: overrideBlink ?? 'none',
    overrideLookAt: 'none',
    overrideMouth: 'none',
    morphTargetBinds: morphs.map((name) => ({
      node: places.faceNode,
      index: places.morphs.indexOf(name),
      weight: 1,
    })),
    materialColorBinds: colours.map(({ material, ...bind }) => ({
      material: materialNames.indexOf(material),
      ...bind,
    })),
    textureTransformBinds: gaze
      ? [{ material: materialNames.indexOf('Gaze'), scale: [1, 1], offset: [-gaze[0], gaze[1]] }]
      : [],
  }
}

/** VRMC_springBone 1.0. */
export function springExtension({ nodeOf }: Places): object {
  return {
    specVersion: '1.0',
    colliders: colliders.map(({ bone, radius, offset, tail }) => ({
      node: nodeOf(bone),
      shape: tail ? { capsule: { offset, radius, tail } } : { sphere: { offset, radius } },
    })),
    colliderGroups: [{ name: 'body', colliders: colliders.map((_, index) => index) }],
    springs: springs.map(({ name, joints, ...setting }) => ({
      name,
      joints: joints.map((bone) => ({ node: nodeOf(bone), gravityDir: [0, -1, 0], ...setting })),
      colliderGroups: [0],
    })),
  }
}
