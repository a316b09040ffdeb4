import { Client } from 'pg'
import { withDatabase } from './servers.js'
import { migrateForTests } from './test-logins.js'

const template = 'livetally_template'

/** An advisory lock's number: two suites must not make the template at once. */
const templateLock = 7_140_325

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: withDatabase(url, 'postgres') })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Makes the migrated database that all suites copy, once per server. Renamed when complete, so that it is never half migrated. */
async function ensureTemplate(client: Client, url: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1)', [templateLock])
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
    if (found.rowCount === 1) return
    const fresh = `${template}_new`
    await client.query(`DROP DATABASE IF EXISTS ${fresh} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${fresh}`)
    await migrateForTests(withDatabase(url, fresh))
    await client.query(`ALTER DATABASE ${fresh} RENAME TO ${template}`)
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [templateLock])
  }
}

/**
 * Gives a suite a migrated database of its own (see docs/decisions/database-per-suite.md) and returns its
 * connection string, as its owner. `name` must be a plain identifier.
 */
export function createSuiteDatabase(serverUrl: string, name: string): Promise<string> {
  return connected(serverUrl, async (client) => {
    await ensureTemplate(client, serverUrl)
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
    return withDatabase(serverUrl, name)
  })
}

/** Drops a suite's database, and cuts whoever is still connected. */
export function dropSuiteDatabase(serverUrl: string, name: string): Promise<void> {
  return connected(serverUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
}
