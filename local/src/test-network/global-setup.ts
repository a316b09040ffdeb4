import type { TestProject } from 'vitest/node'
import type { EmbeddedKafka } from '../kafka/index.js'
import type { EmbeddedPostgres } from '../postgres/index.js'
import { startOwnKafka, startOwnPostgres } from './own-servers.js'

type Servers = { postgres: EmbeddedPostgres, kafka: EmbeddedKafka }
type Shared = { users: number, servers: Promise<Servers> }

declare global {
  // Every vitest project loads this file anew, but all of them in one process: what they share must live here.
  var livetallyTestServers: Shared | undefined
}

async function startServers(): Promise<Servers> {
  const [postgres, kafka] = await Promise.allSettled([startOwnPostgres(), startOwnKafka()])
  if (postgres.status === 'fulfilled' && kafka.status === 'fulfilled') return { postgres: postgres.value, kafka: kafka.value }
  for (const started of [postgres, kafka]) if (started.status === 'fulfilled') await started.value[Symbol.asyncDispose]()
  throw postgres.status === 'rejected' ? postgres.reason : kafka.status === 'rejected' ? kafka.reason : new Error('unreachable')
}

/** One embedded Postgres and one embedded Kafka for the whole run, whichever projects take part in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  globalThis.livetallyTestServers ??= { users: 0, servers: startServers() }
  const shared = globalThis.livetallyTestServers
  shared.users += 1
  const { postgres, kafka } = await shared.servers
  project.provide('postgresUrl', postgres.url)
  project.provide('kafkaBrokers', [...kafka.brokers])
  return async () => {
    shared.users -= 1
    if (shared.users > 0) return
    globalThis.livetallyTestServers = undefined
    await Promise.all([postgres[Symbol.asyncDispose](), kafka[Symbol.asyncDispose]()])
  }
}
