import { writeFile } from 'node:fs/promises'
import { inheritedEnvironment } from '../environment.js'
import { eventually } from '../processes/eventually.js'
import { startGuardedProcess, type GuardedProcess } from '../processes/guarded-process.js'
import { countBrokers } from './admin.js'
import type { Java } from './java.js'
import type { Storage } from './storage.js'

export type BrokerCommand = { java: Java, classPath: string, storage: Storage, flags: readonly string[] }

/** Small heap, one thread of garbage collection, only the quick compiler: a broker of 160 to 230 MB. */
const modest = ['-Xms64m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData', '-Djava.awt.headless=true']
const logging = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true', '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss.SSS']

/** Starts the broker's process and notes its number, by which a later start finds it should we be killed. */
export async function spawnBroker({ java, classPath, storage, flags }: BrokerCommand): Promise<GuardedProcess> {
  const broker = await startGuardedProcess({
    command: java.command,
    args: [...modest, ...flags, ...logging, '-cp', classPath, 'kafka.Kafka', storage.propertiesFile],
    cwd: '/',
    env: inheritedEnvironment(),
    logFile: storage.logFile,
    farewell: 'TERM',
  })
  await writeFile(storage.pidFile, `${broker.pid}\n`)
  return broker
}

/** `true` once a client can describe the cluster, `false` if the process ended first. */
export async function awaitBroker(broker: GuardedProcess, port: number): Promise<boolean> {
  const outcome = async () => {
    if (broker.exit() !== undefined) return 'ended'
    return (await countBrokers([`127.0.0.1:${port}`])) > 0 ? 'ready' : undefined
  }
  return (await eventually(outcome, { limitMs: 90_000, everyMs: 60, what: 'Kafka to answer' })) === 'ready'
}
