import { type Colour, hex, linear, palette } from '../paint/colour.ts'
import { type MaterialName, restingAlpha, restingGlow } from '../rig/expressions.ts'

export type TextureName = 'body' | 'face' | 'gaze' | 'blush' | 'flame' | 'halo'

interface Look {
  readonly name: MaterialName
  readonly texture?: TextureName
  readonly colour?: Colour
  /** What shadow does to the colour. */
  readonly shade: Colour
  /** Metres. */
  readonly outline?: number
  readonly isTransparent?: boolean
  readonly isDoubleSided?: boolean
  readonly rim?: Colour
  readonly glow?: Colour
  readonly matcap?: TextureName
  /** Where light turns to shadow: up is more light. */
  readonly shift?: number
  readonly toony?: number
  readonly drawnLater?: number
}

const looks: readonly Look[] = [
  {
    name: 'Lumi',
    texture: 'body',
    shade: hex('#B3ADB9'),
    outline: 0.0034,
    rim: hex('#4F6B62'),
    shift: -0.08,
    toony: 0.9,
  },
  { name: 'Face', texture: 'face', shade: hex('#F3D3C6'), shift: 0.25, toony: 0.86 },
  { name: 'Gaze', texture: 'gaze', shade: hex('#F2EAF2'), isTransparent: true, shift: 0.3, drawnLater: 1 },
  {
    name: 'Blush',
    texture: 'blush',
    colour: hex('#FFFFFF', restingAlpha.Blush),
    shade: hex('#FFE0DC'),
    isTransparent: true,
    shift: 0.25,
  },
  {
    name: 'Lantern',
    colour: hex('#F0A23C'),
    shade: hex('#E08A2C'),
    outline: 0.0034,
    glow: restingGlow,
    matcap: 'flame',
    shift: 0.4,
  },
  {
    name: 'Halo',
    texture: 'halo',
    colour: hex('#FFFFFF', restingAlpha.Halo),
    shade: hex('#FFFFFF'),
    isTransparent: true,
    isDoubleSided: true,
    shift: 1,
    drawnLater: 2,
  },
]

export const materialNames = looks.map(({ name }) => name)
export const materialsOf = (textures: readonly TextureName[]): object[] =>
  looks.map((look) => material(look, textures))

function material(look: Look, textures: readonly TextureName[]): object {
  const picture = (name: TextureName | undefined) =>
    name === undefined ? undefined : { index: textures.indexOf(name) }
  const { colour = hex('#FFFFFF') } = look
  return {
    name: look.name,
    pbrMetallicRoughness: {
      baseColorFactor: [...linear(colour), colour[3]],
      baseColorTexture: picture(look.texture),
      metallicFactor: 0,
      roughnessFactor: 0.9,
    },
    emissiveFactor: linear(look.glow ?? hex('#000000')),
    alphaMode: look.isTransparent ? 'BLEND' : 'OPAQUE',
    doubleSided: look.isDoubleSided ?? false,
    extensions: { VRMC_materials_mtoon: toon(look, picture) },
  }
}

/** VRMC_materials_mtoon 1.0. */
function toon(look: Look, picture: (name: TextureName | undefined) => object | undefined): object {
  const { outline, rim = hex('#000000') } = look
  return {
    specVersion: '1.0',
    transparentWithZWrite: false,
    renderQueueOffsetNumber: look.drawnLater ?? 0,
    shadeColorFactor: linear(look.shade),
    shadeMultiplyTexture: picture(look.texture),
    shadingShiftFactor: look.shift ?? 0,
    shadingToonyFactor: look.toony ?? 0.9,
    giEqualizationFactor: 0.9,
    matcapFactor: look.matcap ? [1, 1, 1] : [0, 0, 0],
    matcapTexture: picture(look.matcap),
    parametricRimColorFactor: linear(rim),
    parametricRimFresnelPowerFactor: 3.2,
    parametricRimLiftFactor: 0.02,
    rimLightingMixFactor: 0.6,
    outlineWidthMode: outline ? 'worldCoordinates' : 'none',
    outlineWidthFactor: outline ?? 0,
    outlineColorFactor: linear(palette.outline),
    outlineLightingMixFactor: 0.15,
  }
}
