const mebibyte = 1_048_576

/** Beyond these an avatar is refused: it would not load, or would take the stream down with it. */
export const avatarLimits = {
  fileBytes: 64 * mebibyte,
  jsonBytes: 8 * mebibyte,
  /** What all accessors together describe; a file that points at the same bytes again and again is a bomb. */
  describedBytes: 256 * mebibyte,
  nodes: 4_000,
  nodeDepth: 256,
  meshes: 1_000,
  primitives: 2_000,
  morphTargets: 20_000,
  accessors: 20_000,
  bufferViews: 20_000,
  materials: 512,
  images: 256,
  skins: 256,
  expressions: 500,
  springJoints: 2_000,
  triangles: 500_000,
  vertices: 1_000_000,
  texturePixels: 8_192,
  /** Decoded, four bytes a pixel. */
  textureBytes: 768 * mebibyte,
} as const

/** Beyond these it works, and the report says what it may cost. */
export const avatarAdvice = {
  fileBytes: 25 * mebibyte,
  triangles: 70_000,
  textureBytes: 256 * mebibyte,
  springJoints: 150,
  materials: 16,
} as const
