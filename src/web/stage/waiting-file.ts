/**
 * A file for the streamer's disk: OBS never asks again for a page that was not there when it started, so this one asks
 * until the server is up, then goes there. The address, with its token, is put in by the streamer and stays on that disk.
 */
export function waitingFile(origin: string, overlayId: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<title>Overlay</title>
<style>html, body { background: transparent; margin: 0 }</style>
<!-- Put the address of your overlay between the quotes, then add this file to OBS as a local file. -->
<script>
const address = "${origin}/o/${overlayId}#PUT-THE-REST-OF-YOUR-ADDRESS-HERE"

async function wait() {
  const server = new URL("/stage/up", address)
  try {
    await fetch(server, { mode: "no-cors", cache: "no-store", signal: AbortSignal.timeout(4000) })
    location.replace(address)
  } catch {
    setTimeout(wait, 2000 + 1000 * Math.random())
  }
}
wait()
</script>
`
}
