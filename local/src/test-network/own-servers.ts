import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheRoot, readEnvironment } from '../environment.js'
import { startEmbeddedKafka, type EmbeddedKafka } from '../kafka/index.js'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../postgres/index.js'

const environment = readEnvironment()
const cache = cacheRoot(environment)

async function inTemporaryFolder<T extends AsyncDisposable>(name: string, make: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), `livetally-test-${name}-`))
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
export function startOwnKafka(): Promise<EmbeddedKafka> {
  return inTemporaryFolder('kafka', async (folder) => {
    const kafka = await startEmbeddedKafka({ dataFolder: join(folder, 'kafka'), settings: environment, cache })
    if (!kafka.available) throw new Error(`These tests need a real Apache Kafka: ${kafka.reason}.`)
    return kafka
  })
}

/** A Postgres for one suite alone. Gone, with its data, when disposed. */
export function startOwnPostgres(): Promise<EmbeddedPostgres> {
  return inTemporaryFolder('postgres', (folder) =>
    startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), cache, settings: { max_connections: '300' } }))
}
