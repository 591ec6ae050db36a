import { accessSync, constants } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { describe } from 'vitest'

const executablePath = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium'

/** Chromium must not look for updates, metrics or anything else on the network. */
const args = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]

/** A headless Chromium of its own for a test file. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath, args })
}

/** `describe` for tests that need Chromium: without it they are skipped and say why, or fail where it is required. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (hasBrowser() || process.env.REQUIRE_SERVICES === '1') describe(name, tests)
  else
    describe.skip(
      `${name} (skipped: no Chromium at ${executablePath}; install it or set CHROMIUM_BIN)`,
      tests,
    )
}

function hasBrowser(): boolean {
  try {
    accessSync(executablePath, constants.X_OK)
    return true
  } catch {
    return false
  }
}
