import { isIPv4 } from 'node:net'

/** True for names and addresses that only this machine can reach. Square brackets around IPv6 are accepted. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
}

/**
 * Why the web side must not listen on `host`, or undefined when it may. Without sign-in everybody who reaches the page
 * is its owner, so only this machine may reach it.
 */
export function refuseNonLoopback(host: string, signInConfigured: boolean): string | undefined {
  if (isLoopbackHost(host) || signInConfigured) return undefined
  return (
    `HOST is ${JSON.stringify(host)}, which other machines can reach, and no sign-in is configured: ` +
    'everyone there would be the owner. Use 127.0.0.1 (the default), ::1 or localhost, or set up a sign-in provider.'
  )
}

/** Thrown by startWeb when it is asked to listen where strangers would be the owner. */
export class OpenDoorError extends Error {
  override readonly name = 'OpenDoorError'
}
