import { execFile } from 'node:child_process'
import { access, constants, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { inheritedEnvironment, type Environment } from '../environment.js'

const run = promisify(execFile)

/** Kafka 4 brokers need Java 17. */
export const oldestJava = 17

export type Java = { command: string, major: number, version: string }

/**
 * The version that `java -version` prints (to stderr), as `{ major: 17, version: '17.0.15' }`.
 * `undefined` if the text names none. Java 8 and older call themselves 1.8.
 */
export function parseJavaVersion(output: string): { major: number, version: string } | undefined {
  const version = /version "([^"]+)"/.exec(output)?.[1]
  if (version === undefined) return undefined
  const [first = '', second = ''] = version.split(/[.\-+_]/)
  const major = Number.parseInt(first === '1' ? second : first, 10)
  return Number.isNaN(major) ? undefined : { major, version }
}

type JavaSettings = Pick<Environment, 'KAFKA_JAVA' | 'JAVA_HOME' | 'PATH'>

/** Where a Java may be, in the order of asking: told by a setting, on the path, installed by the system. */
async function candidates(settings: JavaSettings): Promise<string[]> {
  const installed = await readdir('/usr/lib/jvm').catch(() => [])
  return [
    ...(settings.KAFKA_JAVA === undefined ? [] : [settings.KAFKA_JAVA, join(settings.KAFKA_JAVA, 'bin', 'java')]),
    ...(settings.JAVA_HOME === undefined ? [] : [join(settings.JAVA_HOME, 'bin', 'java')]),
    ...onPath('java', settings.PATH),
    ...installed.toSorted().map((name) => join('/usr/lib/jvm', name, 'bin', 'java')),
  ]
}

function onPath(program: string, path: string): string[] {
  return path.split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, program))
}

const canRun = (path: string) => access(path, constants.X_OK).then(() => true, () => false)

async function ask(command: string): Promise<Java | undefined> {
  if (!(await canRun(command))) return undefined
  const output = await run(command, ['-version'], { env: inheritedEnvironment(), timeout: 20_000 }).catch(() => undefined)
  const found = output === undefined ? undefined : parseJavaVersion(output.stderr + output.stdout)
  return found === undefined ? undefined : { command, ...found }
}

export type JavaSearch = { found: true, java: Java } | { found: false, reason: string }

/** The first Java of version 17 or newer in KAFKA_JAVA, JAVA_HOME, PATH and /usr/lib/jvm. */
export async function findJava(settings: JavaSettings): Promise<JavaSearch> {
  const tooOld: string[] = []
  for (const command of new Set(await candidates(settings))) {
    const java = await ask(command)
    if (java === undefined) continue
    if (java.major >= oldestJava) return { found: true, java }
    tooOld.push(`${command} is version ${java.version}`)
  }
  const reason = tooOld.length === 0 ? 'no Java was found' : `only an older Java was found (${tooOld.join(', ')})`
  return { found: false, reason: `${reason}; Kafka needs Java ${oldestJava} or newer` }
}

/** The `mvn` of MAVEN_HOME or PATH. */
export async function findMaven(settings: Pick<Environment, 'MAVEN_HOME' | 'PATH'>): Promise<string | undefined> {
  const home = settings.MAVEN_HOME
  const places = [...(home === undefined ? [] : [join(home, 'bin', 'mvn')]), ...onPath('mvn', settings.PATH)]
  for (const place of places) if (await canRun(place)) return place
  return undefined
}
