import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { testNetwork } from '../store-under-test.js'
import { checkDurability, openDatabase } from './database.js'
import { migrate } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'
import { DatabaseUnreachableError } from './session.js'

const names: string[] = []
let server: pg.Client

beforeAll(async () => {
  server = new pg.Client({ connectionString: inject('postgresUrl') })
  await server.connect()
})
afterAll(async () => {
  for (const name of names) await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await server.end()
})

async function emptyDatabase(): Promise<string> {
  const name = `suite_migrate_${randomUUID().slice(0, 8)}`
  await server.query(`CREATE DATABASE ${name}`)
  names.push(name)
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

async function query<Row extends pg.QueryResultRow>(databaseUrl: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

const schemaOf = (databaseUrl: string) => query(databaseUrl, `
  SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`)

test('four processes that set up an empty database at once make one schema, and doing it again changes nothing', async () => {
  const databaseUrl = await emptyDatabase()
  await Promise.all([1, 2, 3, 4].map(() => migrate(databaseUrl)))
  const schema = await schemaOf(databaseUrl)
  expect(new Set(schema.map((column) => column['table_name']))).toEqual(new Set([
    'ballot_box', 'box_entry', 'box_position', 'choice_release', 'contest', 'contest_option', 'election', 'extension', 'group_release', 'installation', 'migration', 'participation', 'party', 'publisher_position', 'publisher_process',
    'relay_position', 'reporting_unit', 'reporting_unit_member', 'result_revision', 'roll', 'tally', 'token', 'token_key', 'voter', 'voter_attribute', 'voting_code_issue', 'window_tally',
  ]))
  await migrate(databaseUrl)
  expect(await schemaOf(databaseUrl)).toEqual(schema)
  const done = await query<{ name: string }>(databaseUrl, 'SELECT name FROM migration ORDER BY timestamp')
  expect(done.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name))
})

test('two installations on one server share the roles of the server and nothing else', async () => {
  const [one, other] = [await emptyDatabase(), await emptyDatabase()]
  await Promise.all([migrate(one), migrate(other)])
  expect(await schemaOf(one)).toEqual(await schemaOf(other))
})

test('a migration is never taken back: the error says what to do instead', async () => {
  for (const Migration of MIGRATIONS) await expect(new Migration().down()).rejects.toThrow('Restore a backup to go back.')
})

test('a database that cannot be reached is reported in a sentence without its password', async () => {
  const error = await openDatabase({ databaseUrl: 'postgres://me:secret@127.0.0.1:9/none', role: 'api', applicationName: 'test' }).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(DatabaseUnreachableError)
  expect(String(error)).toContain('Postgres at 127.0.0.1:9/none cannot be reached')
  expect(String(error)).not.toContain('secret')
  await expect(openDatabase({ databaseUrl: `${inject('postgresUrl')}_not_there`, role: 'api', applicationName: 'test' })).rejects.toThrow(/does not exist.*Check DATABASE_URL/)
})

test('an owner that is not let in is told so, without its password', async () => {
  const wrong = Object.assign(new URL(inject('postgresUrl')), { password: 'not-the-owners' }).href
  const error: unknown = await migrate(wrong).catch((caught: unknown) => caught)
  expect(String(error)).toMatch(/does not let the user of DATABASE_URL in: password authentication failed for user "\w+"\. Check its name and password\.$/)
  expect(String(error)).not.toContain('not-the-owners')
})

test('a server that may forget what it committed is named with the setting that makes it so', async () => {
  const ownerUrl = await emptyDatabase()
  const { migrateForTests, testLoginUrl } = await testNetwork()
  await migrateForTests(ownerUrl)
  const databaseUrl = testLoginUrl(ownerUrl, 'api')
  await query(ownerUrl, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`)
  await using careless = await openDatabase({ databaseUrl, role: 'api', applicationName: 'test' })
  expect(await checkDurability(careless)).toContain('synchronous_commit = off')
  await query(ownerUrl, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET synchronous_commit', current_database()); END $$`)
  await using careful = await openDatabase({ databaseUrl, role: 'api', applicationName: 'test' })
  expect(await checkDurability(careful)).toBeUndefined()
})
