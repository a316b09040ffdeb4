import { rm } from 'node:fs/promises'
import type { Environment } from '../environment.js'
import { freePort } from '../processes/free-port.js'
import type { Exit, GuardedProcess } from '../processes/guarded-process.js'
import { logSize, logTail, rotateLog } from '../processes/log-tail.js'
import { prepareArchive } from './archive.js'
import { explainKafkaLog } from './explain.js'
import { prepareJars } from './jars.js'
import { findJava, type Java } from './java.js'
import { awaitBroker, spawnBroker } from './spawn-broker.js'
import type { BrokerDoor } from './properties.js'
import { prepareStorage } from './storage.js'

export type KafkaProgram = { available: true, java: Java, classPath: string, archive: string | undefined }

/** Why there can be no embedded Kafka here: no Java, no Maven, or no way to fetch it. */
export type KafkaUnavailable = { available: false, reason: string }

export type ProgramSettings = Pick<Environment, 'KAFKA_JAVA' | 'JAVA_HOME' | 'PATH' | 'MAVEN_HOME'>

/** Finds Java, and fetches Apache Kafka into `cache` if it is not there yet. */
export async function prepareKafka(settings: ProgramSettings, cache: string, signal?: AbortSignal): Promise<KafkaProgram | KafkaUnavailable> {
  const search = await findJava(settings)
  if (!search.found) return { available: false, reason: search.reason }
  const jars = await prepareJars(settings, cache, signal)
  if (!jars.available) return jars
  signal?.throwIfAborted()
  const archive = await prepareArchive(search.java, jars)
  return { available: true, java: search.java, classPath: jars.classPath, archive }
}

export type EmbeddedKafka = {
  readonly available: true
  /** `['127.0.0.1:<port>']` */
  readonly brokers: readonly string[]
  readonly port: number
  readonly pid: () => number | undefined
  /** After `stop` or `kill`: starts again on the same port and data, and waits until it answers. */
  readonly start: () => Promise<void>
  /** SIGTERM, and SIGKILL after the limit (default 6 s). */
  readonly stop: (limitMs?: number) => Promise<void>
  /** Kills the broker and waits until it is gone. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  /** Settles when the process that runs now is gone, for whatever reason. */
  readonly exited: () => Promise<Exit>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export type EmbeddedKafkaOptions = {
  /** Where topics, settings, the broker's log and its process number live; made if missing. */
  dataFolder: string
  /** Default: a free one. The same for the whole life of the object. */
  port?: number
  /** Further ports, such as one behind a proxy. */
  doors?: readonly BrokerDoor[]
}

/** Starts a broker of our own. Resolves when a client can describe the cluster; throws `LocalFault` with one sentence. */
export async function startBroker(program: KafkaProgram, { dataFolder, port: wanted, doors = [] }: EmbeddedKafkaOptions): Promise<EmbeddedKafka> {
  const port = wanted ?? (await freePort())
  let running = await launch(program, dataFolder, { port, doors })
  const stop = async (limitMs = 6000) => {
    await running.stop([{ signal: 'SIGTERM', waitMs: limitMs }])
  }
  return {
    available: true,
    brokers: [`127.0.0.1:${port}`],
    port,
    pid: () => (running.exit() === undefined ? running.pid : undefined),
    start: async () => {
      if (running.exit() !== undefined) running = await launch(program, dataFolder, { port, doors })
    },
    stop,
    kill: async (signal = 'SIGKILL') => {
      running.signal(signal)
      await running.exited
    },
    exited: () => running.exited,
    [Symbol.asyncDispose]: () => stop(),
  }
}

async function launch(program: KafkaProgram, folder: string, { port, doors }: { port: number, doors: readonly BrokerDoor[] }): Promise<GuardedProcess> {
  const storage = await prepareStorage(folder, { port, doors, controllerPort: await freePort() })
  await rotateLog(storage.logFile)
  const before = await logSize(storage.logFile)
  const attempt = async (flags: readonly string[]) => {
    const broker = await spawnBroker({ java: program.java, classPath: program.classPath, storage, flags })
    return (await awaitBroker(broker, port)) ? broker : undefined
  }
  const { archive } = program
  const started = await attempt(archive === undefined ? [] : ['-Xshare:auto', `-XX:SharedArchiveFile=${archive}`])
  if (started !== undefined) return started
  // A damaged archive kills the JVM at once: away with it, and once more without.
  if (archive !== undefined) {
    await rm(archive, { force: true })
    const again = await attempt([])
    if (again !== undefined) return again
  }
  const news = (await logSize(storage.logFile)) - before
  throw explainKafkaLog(await logTail(storage.logFile, Math.min(news, 65_536)), folder)
}

/** `prepareKafka` and `startBroker` in one. */
export async function startEmbeddedKafka(
  options: EmbeddedKafkaOptions & { settings: ProgramSettings, cache: string },
): Promise<EmbeddedKafka | KafkaUnavailable> {
  const program = await prepareKafka(options.settings, options.cache)
  return program.available ? startBroker(program, options) : program
}
