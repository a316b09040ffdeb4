import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { explainFileError, LocalFault } from '../fault.js'
import { commandLine, endLeftover } from '../processes/running-process.js'
import { brokerProperties, formatProperties, parseProperties, type BrokerPlace } from './properties.js'

export type Storage = { propertiesFile: string, pidFile: string, logFile: string }

/** An id as Kafka writes them: 16 random bytes in base64url, here never beginning with a dash (an option to its tools). */
function kafkaId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? kafkaId() : id
}

/**
 * Formats the log folder by writing `meta.properties` (a second JVM would take a second for the same two ids),
 * writes `server.properties` for the ports given, and ends a broker that a killed launcher may have left here.
 */
export async function prepareStorage(folder: string, ports: Omit<BrokerPlace, 'logFolder'>): Promise<Storage> {
  const logFolder = join(folder, 'log')
  const storage = { propertiesFile: join(folder, 'server.properties'), pidFile: join(folder, 'kafka.pid'), logFile: join(folder, 'kafka.log') }
  try {
    await mkdir(logFolder, { recursive: true })
    await format(logFolder)
    await writeFile(storage.propertiesFile, formatProperties(brokerProperties({ ...ports, logFolder })))
    await removeLeftover(storage)
    return storage
  } catch (error) {
    throw explainFileError(error, folder)
  }
}

async function format(logFolder: string): Promise<void> {
  const file = join(logFolder, 'meta.properties')
  const known = await readFile(file, 'utf8').catch(() => undefined)
  if (known === undefined && (await readdir(logFolder)).length > 0) {
    throw new LocalFault(`The Kafka data folder ${logFolder} is damaged (meta.properties is missing): remove it; the ballots are in Postgres, topics fill again from there.`)
  }
  if (known !== undefined) {
    if (parseProperties(known)['cluster.id'] !== undefined) return
    throw new LocalFault(`The Kafka data folder ${logFolder} is damaged (meta.properties names no cluster): remove it; the ballots are in Postgres, topics fill again from there.`)
  }
  const identity = { version: '1', 'cluster.id': kafkaId(), 'node.id': '1', 'directory.id': kafkaId() }
  await writeFile(`${file}.new`, formatProperties(identity))
  await rename(`${file}.new`, file)
}

async function removeLeftover({ pidFile, propertiesFile }: Storage): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  if (!Number.isInteger(pid) || pid <= 1) return
  const command = await commandLine(pid)
  if (command !== undefined && command.includes('kafka.Kafka') && command.includes(propertiesFile)) {
    await endLeftover(pid, 'SIGTERM', 8000)
  }
}
