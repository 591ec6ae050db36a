// `npm test`: brings the real services that the tests talk to, runs every test, and ends with one line of counts.
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { provideServices } from './services.mjs'

const resultsFile = '.cache/test-results.json'

const services = await provideServices()
for (const service of services) {
  if (service.path === undefined) process.stdout.write(`${service.absence}\n`)
}
if (services.some((service) => service.isRequired && service.path === undefined)) process.exit(1)

await mkdir('.cache', { recursive: true })
await rm(resultsFile, { force: true })
const code = await runVitest(process.argv.slice(2))
const counts = await readCounts()
for (const service of services) {
  if (service.path === undefined)
    process.stdout.write(`Not tested here, because ${service.name} is absent: ${service.usedFor}.\n`)
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
process.exitCode = code === 0 && counts.passed === 0 ? 1 : code

/** Runs vitest under this very Node, with where the services are. */
function runVitest(extra) {
  const env = { ...process.env }
  for (const { variable, path } of services) if (path !== undefined) env[variable] = path
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultsFile}`]
  const flags = ['--disable-warning=ExperimentalWarning']
  const child = spawn(
    process.execPath,
    [...flags, 'node_modules/vitest/vitest.mjs', 'run', ...reporters, ...extra],
    {
      stdio: 'inherit',
      env,
    },
  )
  return new Promise((done) => {
    child.on('exit', (exitCode) => done(exitCode ?? 1))
  })
}

async function readCounts() {
  try {
    const results = JSON.parse(await readFile(resultsFile, 'utf8'))
    const skipped = results.numPendingTests + results.numTodoTests
    return { passed: results.numPassedTests, failed: results.numFailedTests, skipped }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
