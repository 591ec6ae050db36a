import { z } from 'zod'

const index = z.int().nonnegative()
const text = z.string()
const anything = z.unknown()
const list = z.array(anything)

const Bind = z.object({ node: index, index })
const Expression1 = z.object({
  morphTargetBinds: z.array(Bind).nullish(),
  materialColorBinds: list.nullish(),
  textureTransformBinds: list.nullish(),
})
export type Expression1 = z.infer<typeof Expression1>

/** VRMC_vrm 1.0: what is looked at. */
export const Vrm1 = z.object({
  specVersion: text,
  meta: z.object({
    name: text,
    version: text.nullish(),
    authors: z.array(text).min(1).max(100),
    licenseUrl: text,
    otherLicenseUrl: text.nullish(),
    avatarPermission: text.nullish(),
    commercialUsage: text.nullish(),
    creditNotation: text.nullish(),
    modification: text.nullish(),
    allowRedistribution: z.boolean().nullish(),
    allowExcessivelyViolentUsage: z.boolean().nullish(),
    allowExcessivelySexualUsage: z.boolean().nullish(),
    allowPoliticalOrReligiousUsage: z.boolean().nullish(),
    allowAntisocialOrHateUsage: z.boolean().nullish(),
  }),
  humanoid: z.object({ humanBones: z.record(text, z.object({ node: index })) }),
  expressions: z
    .object({
      preset: z.record(text, Expression1.nullish()).nullish(),
      custom: z.record(text, Expression1.nullish()).nullish(),
    })
    .nullish(),
  lookAt: z.object({ type: text.nullish() }).nullish(),
})
export type Vrm1 = z.infer<typeof Vrm1>

const BlendShapeGroup = z.object({
  name: text.nullish(),
  presetName: text.nullish(),
  binds: z.array(z.object({ mesh: z.int(), index: z.int() })).nullish(),
  materialValues: list.nullish(),
})
export type BlendShapeGroup = z.infer<typeof BlendShapeGroup>

/** VRM 0.x: what is looked at. The misspelled names are its own. */
export const Vrm0 = z.object({
  meta: z.object({
    title: text.nullish(),
    version: text.nullish(),
    author: text.nullish(),
    allowedUserName: text.nullish(),
    violentUssageName: text.nullish(),
    sexualUssageName: text.nullish(),
    commercialUssageName: text.nullish(),
    licenseName: text.nullish(),
    otherLicenseUrl: text.nullish(),
  }),
  humanoid: z.object({ humanBones: z.array(z.object({ bone: text, node: z.int() })).max(1_000) }),
  blendShapeMaster: z.object({ blendShapeGroups: z.array(BlendShapeGroup).nullish() }).nullish(),
  firstPerson: anything.optional(),
  secondaryAnimation: z
    .object({ boneGroups: z.array(z.object({ bones: z.array(z.int()).nullish() })).nullish() })
    .nullish(),
})
export type Vrm0 = z.infer<typeof Vrm0>

/** VRMC_springBone 1.0: what is looked at. */
export const Springs1 = z.object({
  springs: z.array(z.object({ joints: z.array(z.object({ node: index })) })).nullish(),
})
