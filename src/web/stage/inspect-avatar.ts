/** What a check of an uploaded avatar found, in sentences for the person. */
export interface AvatarReport {
  readonly isWearable: boolean
  readonly lines: readonly string[]
}

const glbMagic = 0x46_54_6c_67

export async function inspectAvatar(bytes: Uint8Array): Promise<AvatarReport> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isGlb = bytes.length > 20 && view.getUint32(0, true) === glbMagic
  return { isWearable: isGlb, lines: isGlb ? [] : ['It is not a VRM file.'] }
}
