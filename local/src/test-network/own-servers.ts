import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheRoot, readEnvironment } from '../environment.js'
import { startEmbeddedKafka, type BrokerDoor, type EmbeddedKafka } from '../kafka/index.js'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../postgres/index.js'

const environment = readEnvironment()
const cache = cacheRoot(environment)

async function inTemporaryFolder<T extends AsyncDisposable>(name: string, make: (folder: string) => Promise<T>, parent = tmpdir()): Promise<T> {
  const folder = await mkdtemp(join(parent, `livetally-test-${name}-`))
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 })
  try {
    const made = await make(folder)
    return {
      ...made,
      [Symbol.asyncDispose]: async () => {
        await made[Symbol.asyncDispose]()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** A broker for one suite alone, which may stop, kill and restart it without disturbing others. Gone, with its data, when disposed. */
export function startOwnKafka({ doors = [] }: { doors?: readonly BrokerDoor[] } = {}): Promise<EmbeddedKafka> {
  return inTemporaryFolder('kafka', async (folder) => {
    const kafka = await startEmbeddedKafka({ dataFolder: join(folder, 'kafka'), doors, settings: environment, cache })
    if (!kafka.available) throw new Error(`These tests need a real Apache Kafka: ${kafka.reason}.`)
    return kafka
  })
}

/** A Postgres for one suite alone, below `parent` (default: the system's temporary folder). Gone, with its data, when disposed. */
export function startOwnPostgres({ parent, settings = {} }: { parent?: string, settings?: Record<string, string> } = {}): Promise<EmbeddedPostgres> {
  return inTemporaryFolder('postgres', (folder) =>
    startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), cache, settings: { max_connections: '300', ...settings } }), parent)
}
