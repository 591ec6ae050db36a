import { type BrokenAvatar, changed, pngOf } from './breaking.ts'
import { boneNames, tinyAvatar } from './tiny-avatar.ts'

const withPicture = (picture: Uint8Array) => () => tinyAvatar({ picture })

/** Models that are whole, but no avatars that can be shown. */
export const brokenVrm: readonly BrokenAvatar[] = [
  {
    name: 'a model that is no avatar',
    fault: 'not-vrm',
    says: 'no VRM data',
    make: changed('extensions', undefined),
  },
  {
    name: 'an avatar that is not announced',
    fault: 'broken-structure',
    says: 'announce',
    make: changed('extensionsUsed', []),
  },
  {
    name: 'an avatar from the future',
    fault: 'unsupported-feature',
    says: 'newer version',
    make: changed('extensions.VRMC_vrm.specVersion', '2.0'),
  },
  {
    name: 'no humanoid',
    fault: 'broken-structure',
    says: 'humanoid',
    make: changed('extensions.VRMC_vrm.humanoid', undefined),
  },
  {
    name: 'no hips',
    fault: 'broken-humanoid',
    says: 'no hips',
    make: changed('extensions.VRMC_vrm.humanoid.humanBones.hips', undefined),
  },
  {
    name: 'no bones at all',
    fault: 'broken-humanoid',
    says: 'and more',
    make: changed('extensions.VRMC_vrm.humanoid.humanBones', {}),
  },
  {
    name: 'a head that is missing',
    fault: 'broken-humanoid',
    says: 'not in the file',
    make: changed('extensions.VRMC_vrm.humanoid.humanBones.head.node', 4_444),
  },
  {
    name: 'one bone for both hands',
    fault: 'broken-humanoid',
    says: 'one bone for two',
    make: changed('extensions.VRMC_vrm.humanoid.humanBones.leftHand.node', boneNames.indexOf('rightHand')),
  },
  {
    name: 'an expression of a face that is missing',
    fault: 'broken-structure',
    says: 'expressions',
    make: changed('extensions.VRMC_vrm.expressions.preset.aa.morphTargetBinds.0.index', 40),
  },
  {
    name: 'a licence of its own',
    fault: 'licence',
    says: 'licence',
    make: changed('extensions.VRMC_vrm.meta.licenseUrl', 'https://example.com/mine'),
  },
  {
    name: 'a picture that is none',
    fault: 'broken-image',
    says: 'damaged',
    make: withPicture(Buffer.from('GIF89a, or so it says')),
  },
  { name: 'a picture of no size', fault: 'broken-image', says: 'damaged', make: withPicture(pngOf(0, 64)) },
  {
    name: 'a picture of a billion pixels',
    fault: 'too-large',
    says: '60000 × 60000',
    make: withPicture(pngOf(60_000, 60_000)),
  },
  {
    name: 'a JPEG that ends at once',
    fault: 'broken-image',
    says: 'damaged',
    make: withPicture(Buffer.from('ffd8ffe0ffff', 'hex')),
  },
]
