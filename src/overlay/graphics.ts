/** What draws: nothing at all, a processor that pretends, or a graphics card. */
export type Graphics = 'none' | 'software' | 'hardware'

const softwareNames = /swiftshader|llvmpipe|softpipe|software|basic render|warp/i

/** Asked once; costs a context that is given back at once. */
export function detectGraphics(): Graphics {
  const gl = document.createElement('canvas').getContext('webgl2')
  if (!gl) return 'none'
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name = String(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER))
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return softwareNames.test(name) ? 'software' : 'hardware'
}
