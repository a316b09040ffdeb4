import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { wholeEnvironment, type Environment } from '../environment.js'
import { findMaven } from './java.js'

const run = promisify(execFile)

/** Found from `dist/kafka` as from `src/kafka`: both lie two folders below the package. */
export const pomFile = fileURLToPath(new URL('../../kafka/pom.xml', import.meta.url))

/** Name of the folder that holds the jars of a pom: another pom, another folder. */
export function cacheKey(pom: string): string {
  const version = /<kafka\.version>([^<]+)</.exec(pom)?.[1] ?? 'unknown'
  return `kafka-${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 12)}`
}

export type Jars = { available: true, folder: string, classPath: string } | { available: false, reason: string }

async function readJars(folder: string): Promise<Jars | undefined> {
  if ((await stat(join(folder, '.complete')).catch(() => undefined)) === undefined) return undefined
  const names = (await readdir(join(folder, 'jars'))).filter((name) => name.endsWith('.jar')).toSorted()
  return { available: true, folder, classPath: names.map((name) => join(folder, 'jars', name)).join(':') }
}

/**
 * The jars of Apache Kafka, from the cache, or copied there once by Maven (17 s with an empty Maven repository).
 * The folder appears by renaming, so that it is never seen half filled.
 */
export async function prepareJars(settings: Pick<Environment, 'MAVEN_HOME' | 'PATH'>, cache: string, signal?: AbortSignal): Promise<Jars> {
  const folder = join(cache, cacheKey(await readFile(pomFile, 'utf8')))
  const known = await readJars(folder)
  if (known !== undefined) return known
  const maven = await findMaven(settings)
  if (maven === undefined) return { available: false, reason: 'Maven (mvn) was not found, which fetches Apache Kafka once' }
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'kafka-new-'))
  try {
    const problem = await copyJars(maven, fresh, signal)
    if (problem !== undefined) return { available: false, reason: problem }
    await writeFile(join(fresh, '.complete'), '')
    // If another start was faster, its folder is as good as this one.
    await rename(fresh, folder).catch(() => undefined)
    return (await readJars(folder)) ?? { available: false, reason: `${folder} exists but is not complete: remove it` }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function copyJars(maven: string, folder: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  // Maven works beside a copy of the pom, so that it leaves nothing in the repository.
  await copyFile(pomFile, join(folder, 'pom.xml'))
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(folder, 'jars')}`]
  try {
    await run(maven, ['-B', '-q', '-f', join(folder, 'pom.xml'), ...goal], {
      cwd: folder,
      env: wholeEnvironment(),
      timeout: 200_000,
      maxBuffer: 16 * 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    })
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
    const line = output.split('\n').find((text) => text.includes('[ERROR]'))?.replace('[ERROR] ', '') ?? 'it gave no reason'
    return `Maven could not fetch Apache Kafka: ${line.slice(0, 300)}`
  }
}
