import { join } from 'node:path'
import { Client } from 'pg'
import { cacheRoot } from '../environment.js'
import { LocalFault } from '../fault.js'
import { startEmbeddedPostgres } from '../postgres/index.js'
import type { Step } from './steps.js'
import type { StartContext } from './context.js'

/** Postgres 17 brought `transaction_timeout`, which alone frees a lock held by a half-open client. */
const oldestPostgres = 170_000

/** `isOurs`: nobody else sets passwords on this server. */
export type OwnedDatabase = { readonly ownerUrl: string, readonly isOurs: boolean }

/** The database: the one of DATABASE_URL, or a Postgres of our own. Results in its connection string, as its owner. */
export function postgresStep(context: StartContext): Step<OwnedDatabase> {
  const { environment, home, cleanup } = context
  const given = environment.DATABASE_URL
  if (given !== undefined) {
    return { title: 'Postgres of DATABASE_URL', work: async () => (await checkDatabase(given), { ownerUrl: given, isOurs: false }) }
  }
  return {
    title: 'Postgres (embedded)',
    work: async () => {
      const postgres = await startEmbeddedPostgres({ dataFolder: join(home, 'postgres'), cache: cacheRoot(environment) })
      cleanup.defer(() => postgres.stop(3000))
      context.watch('Postgres', postgres)
      return { ownerUrl: postgres.url, isOurs: true }
    },
  }
}

async function checkDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 8000 })
  client.on('error', () => undefined)
  const version = await client.connect()
    .then(() => client.query<{ version: number, name: string }>("SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name"))
    .then(({ rows }) => rows[0])
    .catch((cause: unknown) => {
      throw new LocalFault(`DATABASE_URL cannot be reached (${withoutPassword(url)}): ${reasonOf(cause)}.`, { cause })
    })
    .finally(() => client.end().catch(() => undefined))
  if (version === undefined || version.version < oldestPostgres) {
    throw new LocalFault(`LiveTally needs Postgres 17 or newer; DATABASE_URL leads to ${version?.name ?? 'something else'}.`)
  }
}

function withoutPassword(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    return 'not a valid address'
  }
}

/** Several addresses of one host fail together, with an empty message of their own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0].message
  return error instanceof Error ? error.message : String(error)
}
