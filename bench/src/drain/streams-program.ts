import { cacheRoot, findJava, findMaven, readEnvironment, wholeEnvironment } from '@livetally/local'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Found from `dist/drain` as from `src/drain`. */
const sources = fileURLToPath(new URL('../../peers/kafka-streams/', import.meta.url))

export type StreamsProgram = { available: true, java: string, classPath: string } | { available: false, reason: string }

/** The Kafka Streams peer, built once by Maven into the cache where Kafka's jars lie, too; other sources, another folder. */
export async function prepareStreamsProgram(): Promise<StreamsProgram> {
  const environment = readEnvironment()
  const search = await findJava(environment)
  if (!search.found) return { available: false, reason: search.reason }
  const cache = cacheRoot(environment)
  const folder = join(cache, `kafka-streams-peer-${(await digestOf(sources)).slice(0, 12)}`)
  const program: StreamsProgram = { available: true, java: search.java.command, classPath: `${join(folder, 'target/classes')}:${join(folder, 'jars')}/*` }
  if (await stat(folder).then(() => true, () => false)) return program
  const maven = await findMaven(environment)
  if (maven === undefined) return { available: false, reason: 'Maven (mvn) was not found' }
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'kafka-streams-peer-new-'))
  try {
    await cp(sources, fresh, { recursive: true })
    await run(maven, ['-B', '-q', '-f', join(fresh, 'pom.xml'), 'compile', 'dependency:copy-dependencies'], { cwd: fresh, env: wholeEnvironment(), timeout: 300_000, maxBuffer: 16 * 1024 * 1024 })
    await rename(fresh, folder)
    return program
  } catch (error) {
    return { available: false, reason: `Maven could not build it: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}` }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const name of names.toSorted()) hash.update(name.slice(folder.length)).update('\0').update(await readFile(name))
  return hash.digest('hex')
}
