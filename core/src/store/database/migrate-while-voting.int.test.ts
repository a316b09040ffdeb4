import { randomUUID } from 'node:crypto'
import net from 'node:net'
import pg from 'pg'
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { castRow, createStoreUnderTest, eventually, type StoreUnderTest } from '../store-under-test.js'
import { openDatabase } from './database.js'
import { migrate, type Migration } from './migrate.js'
import { MIGRATIONS } from './migrations/index.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

/** No vote may wait longer than this for a migration. */
const LONGEST_WAIT_MS = 3_500

/** A migration of a release to come; each has a name of its own, by which its run is noted. */
function migrationOf(name: string, text: string): Migration {
  const FutureMigration = class implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> { await runner.query(text) }
    async down(): Promise<void> { throw new Error('Migrations only go forward.') }
  }
  return Object.defineProperty(FutureMigration, 'name', { value: name })
}

const run = (migration: Migration, options: { breaking?: boolean, said?: string[], patienceMs?: number } = {}): Promise<void> => migrate(store.databaseUrl, {
  migrations: [...MIGRATIONS, migration], say: (sentence) => options.said?.push(sentence),
  ...options.breaking === true ? { breaking: new Set([migration]) } : {}, ...options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs },
})
const forget = ({ name }: Migration) => store.owner.query('DELETE FROM migration WHERE name = $1', [name])

/** Casts ballots until it is told to stop; says how long the slowest took, and how many there were. */
async function voting(): Promise<{ stop(): Promise<{ slowestMs: number, votes: number }> }> {
  const election = await store.openElection()
  let [isStopping, slowestMs, votes] = [false, 0, 0]
  const flow = (async () => {
    while (!isStopping) {
      const began = performance.now()
      const [answer] = await store.ledger.castBatch(election.key, votes % 2, [castRow(election, randomUUID())])
      expect(answer?.verdict).toBe('ACCEPTED')
      slowestMs = Math.max(slowestMs, performance.now() - began)
      votes += 1
    }
  })()
  await eventually(() => votes > 10, { limitMs: 5_000, what: 'votes to flow' })
  return { async stop() {
    isStopping = true
    await flow
    return { slowestMs, votes }
  } }
}

/** Somebody reads a table, and forgets to end it. */
async function reader(table: string): Promise<{ end(): Promise<void> }> {
  const client = await store.owner.connect()
  await client.query('BEGIN')
  await client.query(`SELECT 1 FROM ${table} LIMIT 1`)
  return { async end() {
    await client.query('COMMIT')
    client.release()
  } }
}

describe('while votes flow', () => {
  test('a migration that waits for a table lets them pass, says what it waits for, and is done when the table is free', async () => {
    const migration = migrationOf('AddNote1999000000001', `ALTER TABLE box_entry ADD COLUMN note text`)
    const flow = await voting()
    const reading = await reader('box_entry')
    const said: string[] = []
    const migrating = run(migration, { said })
    await eventually(() => said.length > 0, { limitMs: 10_000, what: 'the migration to say what it waits for' })
    expect(said[0]).toMatch(/^Migration AddNote1999000000001 waits for tables that are in use.*Votes go on meanwhile\.$/)
    await reading.end()
    await migrating
    const { slowestMs } = await flow.stop()
    expect(slowestMs).toBeLessThan(LONGEST_WAIT_MS)
    const { rowCount } = await store.owner.query(`SELECT 1 FROM information_schema.columns WHERE table_name = 'box_entry' AND column_name = 'note'`)
    expect(rowCount).toBe(1)
    await forget(migration)
  })

  test('one that gives up has changed nothing, and can be run again', async () => {
    const migration = migrationOf('AddMargin1999000000002', `CREATE TABLE margin (id integer); ALTER TABLE box_entry ADD COLUMN margin text`)
    const reading = await reader('box_entry')
    await expect(run(migration, { patienceMs: 1 })).rejects.toThrow(/waits for tables that are in use.*Gave up after.*it can be run again/)
    await reading.end()
    expect((await store.owner.query(`SELECT to_regclass('margin') AS margin`)).rows).toEqual([{ margin: null }])
    await run(migration)
    await forget(migration)
  })

  test('one that would hold its locks for long is refused while somebody is connected, and nobody waited for it', async () => {
    const migration = migrationOf('RewriteAll1999000000003', `LOCK TABLE ballot_box IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(30)`)
    await using api = await openDatabase({ databaseUrl: store.urlOf('api'), role: 'api', applicationName: 'livetally-api' })
    await api.pool.query('SELECT 1')
    await expect(run(migration)).rejects.toThrow(/RewriteAll1999000000003 takes longer than 4 s, for which nobody could vote. Stop livetally-api \(1\), livetally-cast \(\d\), then run npm run migrate again. Nothing of it was done/)
    const { rowCount } = await store.owner.query('SELECT 1 FROM migration WHERE name = $1', [migration.name])
    expect(rowCount).toBe(0)
  })
})

describe('a migration that a running release does not survive', () => {
  test('waits until the last process of it is gone, says whom it waits for, and holds up no vote meanwhile', async () => {
    const migration = migrationOf('TurnAround1999000000004', `ALTER TABLE ballot_box ADD COLUMN turned boolean`)
    const flow = await voting()
    const running = await openDatabase({ databaseUrl: store.urlOf('worker'), role: 'worker', applicationName: 'livetally-workers' })
    await running.pool.query('SELECT 1')
    const said: string[] = []
    const migrating = run(migration, { breaking: true, said })
    await eventually(() => said.length > 0, { limitMs: 5_000, what: 'the migration to say whom it waits for' })
    // The ballots themselves come over connections that are named so.
    expect(said[0]).toMatch(/^Migration TurnAround1999000000004 changes what running processes rely on: stop them\. It waits until they are gone; still connected: livetally-cast \(\d\), livetally-workers \(1\)\.$/)
    const { slowestMs } = await flow.stop()
    expect(slowestMs).toBeLessThan(1_000)
    await running[Symbol.asyncDispose]()
    expect((await store.owner.query('SELECT 1 FROM migration WHERE name = $1', [migration.name])).rowCount, 'the one that casts is still there').toBe(0)
    await store.owner.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'livetally-cast'`)
    await migrating
    expect((await store.owner.query('SELECT 1 FROM migration WHERE name = $1', [migration.name])).rowCount).toBe(1)
    await forget(migration)
  })

  test('does not wait for processes that only look whether they may start', async () => {
    const migration = migrationOf('LookAway1999000000005', 'SELECT 1')
    const onlooker = new pg.Client({ connectionString: store.databaseUrl, application_name: 'livetally-check' })
    await onlooker.connect()
    await run(migration, { breaking: true, patienceMs: 1 })
    await onlooker.end()
    await forget(migration)
  })

  test('is taken back where a process came while it ran', async () => {
    const migration = migrationOf('Overtake1999000000006', `CREATE TABLE overtaken (id integer); SELECT pg_sleep(1.5)`)
    const migrating = run(migration, { breaking: true, patienceMs: 1 })
    const failed = migrating.catch((error: unknown) => error)
    await using newcomer = await openDatabase({ databaseUrl: store.urlOf('worker'), role: 'worker', applicationName: 'livetally-workers' })
    await eventually(async () => (await store.owner.query(`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'CREATE TABLE overtaken%' AND state = 'active' AND pid <> pg_backend_pid()`)).rowCount === 1, { limitMs: 5_000, what: 'the migration to run' })
    await newcomer.pool.query('SELECT 1')
    expect(String(await failed)).toMatch(/stop them.*still connected: livetally-workers \(1\)/)
    expect((await store.owner.query(`SELECT to_regclass('overtaken') AS made`)).rows).toEqual([{ made: null }])
  })
})

test('a server that is too old is told so before anything is written to it', async () => {
  const server = new pg.Client({ connectionString: inject('postgresUrl') })
  await server.connect()
  const name = `suite_old_${randomUUID().slice(0, 8)}`
  await server.query(`CREATE DATABASE ${name}`)
  const real = new URL(inject('postgresUrl'))
  const { rows: [version] } = await server.query<{ number: string }>(`SELECT current_setting('server_version_num') AS number`)
  // Says of itself that it is Postgres 16, as it were.
  const disguise = net.createServer((client) => {
    const upstream = net.connect(Number(real.port), real.hostname)
    client.pipe(upstream)
    upstream.on('data', (bytes) => { client.write(Buffer.from(bytes.toString('latin1').replaceAll(version?.number ?? '', '160004'), 'latin1')) })
    upstream.on('end', () => client.end())
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => { disguise.listen(0, '127.0.0.1', resolve) })
  const old = new URL(real.href)
  Object.assign(old, { hostname: '127.0.0.1', port: String((disguise.address() as net.AddressInfo).port), pathname: `/${name}` })
  try {
    await expect(migrate(old.href)).rejects.toThrow(/^LiveTally needs Postgres 17 or newer/)
    const own = new pg.Client({ connectionString: Object.assign(new URL(real.href), { pathname: `/${name}` }).href })
    await own.connect()
    expect((await own.query(`SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).rowCount).toBe(0)
    await own.end()
  } finally {
    disguise.close()
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await server.end()
  }
})
