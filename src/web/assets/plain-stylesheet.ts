/** What pages wear when the real style sheet could not be compiled: readable, in both themes, and nothing more. */
export const plainStylesheet = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 46rem; margin: 0 auto; padding: 1rem }
.lumi { width: 10rem; height: 12rem; display: block; margin: auto }
.lumi-arcs, .lumi-frown, .lumi-lid, .lumi-mouth { opacity: 0 }
.lumi-smile, .lumi-lash, .lumi-stalk { fill: none; stroke: #4a2f2a; stroke-width: 4 }
.sr-only { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
textarea, button, input { font: inherit }
textarea { width: 100%; box-sizing: border-box; min-height: 5rem }
pre { overflow: auto }
[hidden] { display: none }
`
