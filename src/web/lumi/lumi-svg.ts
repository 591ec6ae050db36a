import { html, raw } from 'hono/html'
import type { Html } from '../pages/html.ts'

/**
 * Lumi, the lantern spirit, until a 3D avatar is there. Everything that changes is a class of the parts below and is
 * driven by `data-state` and `data-expression` on the root (lumi.css) and by the `--mouth` and `--level` properties,
 * 0 to 1, that client/lumi.ts sets. Decorative: the state is also written beside it in a word.
 */
export function lumiFigure(expression: 'neutral' | 'sad' = 'neutral'): Html {
  return html`<svg class="lumi" viewBox="0 0 376 440" data-state="listening" data-expression="${expression}" aria-hidden="true" focusable="false">${shapes}</svg>`
}

const shapes = raw(`
<defs>
<radialGradient id="lumi-halo"><stop offset="0" stop-color="#ffd98a" stop-opacity=".95"/><stop offset=".35" stop-color="#ffd98a" stop-opacity=".42"/><stop offset="1" stop-color="#ffd98a" stop-opacity="0"/></radialGradient>
<linearGradient id="lumi-cloth" x1="0" y1="0" x2=".35" y2="1"><stop offset="0" stop-color="#3a8793"/><stop offset=".5" stop-color="#256b77"/><stop offset="1" stop-color="#184e59"/></linearGradient>
<linearGradient id="lumi-cloth-low" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#1f5f6b"/><stop offset="1" stop-color="#2f7b87"/></linearGradient>
<radialGradient id="lumi-skin" cx=".45" cy=".35" r=".8"><stop offset="0" stop-color="#fffaf3"/><stop offset=".6" stop-color="#fbefe3"/><stop offset="1" stop-color="#efd5bf"/></radialGradient>
<linearGradient id="lumi-amber" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#e39f43"/><stop offset="1" stop-color="#f7c673"/></linearGradient>
<linearGradient id="lumi-iris" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2e1a17"/><stop offset=".5" stop-color="#5a3326"/><stop offset="1" stop-color="#c98642"/></linearGradient>
<radialGradient id="lumi-glass" cx=".5" cy=".55" r=".6"><stop offset="0" stop-color="#fffbe9"/><stop offset=".45" stop-color="#ffe3a1"/><stop offset="1" stop-color="#f4b04a"/></radialGradient>
<linearGradient id="lumi-tuft" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#a8673c"/><stop offset="1" stop-color="#c98a52"/></linearGradient>
<clipPath id="lumi-mouth-clip"><path d="M164 246 Q180 240 196 246 Q198 268 180 269 Q162 268 164 246Z"/></clipPath>
<clipPath id="lumi-eye-left"><ellipse cx="134" cy="209" rx="19" ry="24"/></clipPath><clipPath id="lumi-eye-right"><ellipse cx="226" cy="209" rx="19" ry="24"/></clipPath>
<radialGradient id="lumi-warmth" gradientUnits="userSpaceOnUse" cx="322" cy="120" r="150"><stop offset="0" stop-color="#ffd98a" stop-opacity=".75"/><stop offset="1" stop-color="#ffd98a" stop-opacity="0"/></radialGradient>
</defs>
<ellipse class="lumi-shadow" cx="180" cy="424" rx="92" ry="10"/>
<g class="lumi-body">
<g class="lumi-line">
<path d="M150 392 q-22 2 -24 20 q0 8 10 8 h26 q8 0 8 -8 v-22z" fill="#184e59"/>
<path d="M210 392 q22 2 24 20 q0 8 -10 8 h-26 q-8 0 -8 -8 v-22z" fill="#184e59"/>
<path d="M180 268 C128 268 106 322 98 372 C95 392 108 399 126 402 Q180 411 234 402 C252 399 265 392 262 372 C254 322 232 268 180 268Z" fill="url(#lumi-cloth)"/>
</g>
<path d="M99 370 C96 391 109 398 127 401 Q180 410 233 401 C251 398 264 391 261 370 Q250 384 226 387 Q180 394 134 387 Q110 384 99 370Z" fill="url(#lumi-amber)"/>
<path d="M180 300 v80" class="lumi-seam"/>
<g class="lumi-line lumi-arm-left"><path d="M128 300 C106 312 96 334 98 352 L124 358 C132 340 138 326 142 314Z" fill="url(#lumi-cloth-low)"/><path d="M97 348 C90 364 98 380 112 378 C124 377 129 366 126 353 C117 345 106 344 97 348Z" fill="#f4b860"/></g>
<g class="lumi-line lumi-arm-right"><path d="M232 300 C254 312 264 334 262 352 L236 358 C228 340 222 326 218 314Z" fill="url(#lumi-cloth-low)"/><path d="M263 348 C270 364 262 380 248 378 C236 377 231 366 234 353 C243 345 254 344 263 348Z" fill="#f4b860"/></g>
<g class="lumi-line lumi-collar">
<path d="M180 284 C150 272 126 282 112 306 C138 314 164 306 180 284Z" fill="#6fae86"/><path d="M180 284 C210 272 234 282 248 306 C222 314 196 306 180 284Z" fill="#6fae86"/>
<path d="M180 280 C160 292 156 312 166 332 C178 322 186 304 180 280Z" fill="#8cc49c"/><path d="M180 280 C200 292 204 312 194 332 C182 322 174 304 180 280Z" fill="#7fba92"/>
</g>
<circle cx="180" cy="292" r="8" class="lumi-line" fill="#f4b860"/>
</g>
<g class="lumi-head">
<g class="lumi-antenna">
<path d="M190 70 C188 26 236 2 280 16 C312 27 326 52 322 82" class="lumi-stalk-edge"/>
<path d="M190 70 C188 26 236 2 280 16 C312 27 326 52 322 82" class="lumi-stalk"/>
</g>
<g class="lumi-line">
<path d="M180 58 C250 58 294 104 294 168 C294 232 246 280 180 280 C114 280 66 232 66 168 C66 104 110 58 180 58Z" fill="url(#lumi-cloth)"/>
</g>
<path class="lumi-warmth" d="M180 58 C250 58 294 104 294 168 C294 232 246 280 180 280 C114 280 66 232 66 168 C66 104 110 58 180 58Z" fill="url(#lumi-warmth)"/>
<path d="M98 116 C118 86 148 72 176 70" class="lumi-sheen"/>
<path d="M180 94 C238 94 270 132 270 182 C270 232 234 268 180 268 C126 268 90 232 90 182 C90 132 122 94 180 94Z" fill="url(#lumi-amber)"/>
<path d="M180 104 C232 104 261 140 261 186 C261 232 228 262 180 262 C132 262 99 232 99 186 C99 140 128 104 180 104Z" class="lumi-face" fill="url(#lumi-skin)"/>
<g class="lumi-tufts lumi-line">
<path d="M136 112 C112 122 102 142 104 164 C122 158 140 142 150 116Z" fill="url(#lumi-tuft)"/>
<path d="M226 113 C246 120 258 140 257 160 C240 154 224 140 214 117Z" fill="url(#lumi-tuft)"/>
<path d="M146 106 C140 128 150 150 170 160 C176 142 178 124 176 104Z" fill="url(#lumi-tuft)"/>
<path d="M172 103 C176 126 190 142 212 148 C216 132 210 114 200 105Z" fill="url(#lumi-tuft)"/>
</g>
<g class="lumi-cheeks"><ellipse cx="118" cy="232" rx="17" ry="10"/><ellipse cx="242" cy="232" rx="17" ry="10"/></g>
<g class="lumi-brows"><path class="lumi-brow-left" d="M118 173 Q132 164 147 169"/><path class="lumi-brow-right" d="M242 173 Q228 164 213 169"/></g>
<g class="lumi-eyes">
<g class="lumi-eye lumi-eye-left"><g clip-path="url(#lumi-eye-left)"><ellipse cx="134" cy="209" rx="19" ry="24" fill="url(#lumi-iris)"/><g class="lumi-pupil"><ellipse cx="134" cy="206" rx="11.5" ry="15" fill="#241310"/><circle cx="141" cy="199" r="7" fill="#fff"/><circle cx="128" cy="219" r="3.6" fill="#fff" opacity=".85"/></g><path class="lumi-lid" d="M110 180 h48 v28 q-24 -7 -48 0z"/></g><path class="lumi-lash" d="M114 201 Q119 184 134 184 Q149 184 154 201"/></g>
<g class="lumi-eye lumi-eye-right"><g clip-path="url(#lumi-eye-right)"><ellipse cx="226" cy="209" rx="19" ry="24" fill="url(#lumi-iris)"/><g class="lumi-pupil"><ellipse cx="226" cy="206" rx="11.5" ry="15" fill="#241310"/><circle cx="233" cy="199" r="7" fill="#fff"/><circle cx="220" cy="219" r="3.6" fill="#fff" opacity=".85"/></g><path class="lumi-lid" d="M202 180 h48 v28 q-24 -7 -48 0z"/></g><path class="lumi-lash" d="M206 201 Q211 184 226 184 Q241 184 246 201"/></g>
</g>
<g class="lumi-arcs"><path d="M114 215 Q134 192 154 215"/><path d="M206 215 Q226 192 246 215"/></g>
<path class="lumi-smile" d="M166 245 Q180 257 194 245"/>
<path class="lumi-frown" d="M167 252 Q180 242 193 252"/>
<g class="lumi-mouth"><path d="M164 246 Q180 240 196 246 Q198 268 180 269 Q162 268 164 246Z" fill="#5b2722"/><ellipse cx="180" cy="268" rx="13" ry="8" fill="#e07a6c" clip-path="url(#lumi-mouth-clip)"/></g>
<g class="lumi-lantern">
<circle class="lumi-halo" cx="322" cy="124" r="96" fill="url(#lumi-halo)"/>
<g class="lumi-line"><path d="M307 94 q15 -18 30 0 l5 10 h-40z" fill="#1f5f6b"/><path d="M300 104 h44 q13 27 -4 49 h-36 q-17 -22 -4 -49z" class="lumi-glass" fill="url(#lumi-glass)"/><path d="M303 153 h38 l-6 11 h-26z" fill="#1f5f6b"/></g>
<path class="lumi-flame" d="M322 112 C334 124 335 138 322 146 C309 138 310 124 322 112Z"/>
</g>
</g>
`)
