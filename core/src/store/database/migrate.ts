import { setTimeout as pause } from 'node:timers/promises'
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { grantRights } from './logins/grant-rights.js'
import type { Passwords } from './logins/login.js'
import { openLogins } from './logins/open-logins.js'
import { checkVersion } from './session.js'
import { findUnknown } from './schema-state.js'

/** A class, by whose name its run is noted. */
export interface Migration { new (): MigrationInterface, readonly name: string }

export interface MigrateOptions {
  /** The name of the migration to stop behind; default all. */
  upTo?: string
  /** Default: those of this release. */
  migrations?: readonly Migration[]
  /** Those that wait until nobody of LiveTally is connected; default: those of this release that need it. */
  breaking?: ReadonlySet<Migration>
  /** Hears in sentences what is waited for: at once, and then every ten seconds. */
  say?: (sentence: string) => void
  /** Gives up, with the sentence, after having waited for so long. */
  patienceMs?: number
  /** The logins are opened by these at the end; default: they stay as they are. */
  passwords?: Passwords | undefined
  /** Passwords that others have set are replaced by `passwords`. */
  replacePasswords?: boolean | undefined
}

/** The database cannot be migrated as it is; the message is a sentence for a person. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

const PATIENCE_MS = 600_000
const SAY_EVERY_MS = 10_000
const PAUSES_MS = { least: 250, most: 5_000 }

/** Longer than a second: after that a lock that only autovacuum holds is given up to us. Votes wait in the queue behind us meanwhile. */
const LOCK_TIMEOUT = '2s'
/** While others are connected. Votes wait for as long as the locks of one migration are held. */
const LONGEST_S = 4

/** What a turn ended with: everything is done, or somebody has to be waited for. */
type Turn = { isDone: true } | { isDone: false, waitingFor: string }

/**
 * Brings the schema up to date, forward only, each migration in a transaction of its own. Safe to run again, and from several
 * processes at once. Votes go on meanwhile: no lock is waited for longer than two seconds, then tried again; what would hold
 * its locks for longer than four is refused while others are connected; and what a release of before does not survive waits
 * until nobody is connected. At the end the logins of the processes are there, with their rights.
 */
export async function migrate(databaseUrl: string, { say = () => undefined, patienceMs = PATIENCE_MS, ...options }: MigrateOptions = {}): Promise<void> {
  await checkVersion(databaseUrl)
  const started = performance.now()
  let said = { sentence: '', at: Number.NEGATIVE_INFINITY }
  for (let turns = 0; ; turns += 1) {
    const turn = await migrateOnce(databaseUrl, options)
    if (turn.isDone) return
    const now = performance.now()
    if (now - started >= patienceMs) throw new MigrationError(`${turn.waitingFor} Gave up after ${Math.round(patienceMs / 1_000)} s; what was done stays done, and it can be run again.`)
    if (turn.waitingFor !== said.sentence || now - said.at >= SAY_EVERY_MS) {
      said = { sentence: turn.waitingFor, at: now }
      say(turn.waitingFor)
    }
    await pause(Math.min(PAUSES_MS.least * 2 ** Math.min(turns, 10), PAUSES_MS.most))
  }
}

async function migrateOnce(databaseUrl: string, { upTo, passwords, replacePasswords, ...given }: Omit<MigrateOptions, 'say' | 'patienceMs'>): Promise<Turn> {
  // Loaded here: hardly a process that imports this module migrates.
  await import('reflect-metadata')
  const [{ DataSource }, { MIGRATIONS, BREAKING }] = await Promise.all([import('typeorm'), import('./migrations/index.js')])
  const { migrations, breaking }: { migrations: readonly Migration[], breaking: ReadonlySet<Migration> } = { migrations: MIGRATIONS, breaking: BREAKING, ...given }
  const wanted = migrations.slice(0, upTo === undefined ? undefined : migrations.findIndex(({ name }) => name === upTo) + 1)
  const dataSource = new DataSource({ type: 'postgres', url: databaseUrl, applicationName: 'livetally-migrate', poolSize: 1 })
  await dataSource.initialize()
  const runner = dataSource.createQueryRunner()
  try {
    const [row] = await rowsOf<{ locked: boolean }>(runner, 'SELECT pg_try_advisory_lock(7041776) AS locked')
    if (row?.locked !== true) return { isDone: false, waitingFor: 'Another process is migrating this database: waiting for it.' }
    await prepareSession(runner)
    const done = new Set((await rowsOf<{ name: string }>(runner, 'SELECT name FROM migration')).map(({ name }) => name))
    const unknown = findUnknown([...done], migrations.map(({ name }) => name))
    if (unknown !== undefined) throw new MigrationError(unknown)
    for (const migration of wanted.filter(({ name }) => !done.has(name))) {
      const waitingFor = await runOne(runner, migration, breaking.has(migration))
      if (waitingFor !== undefined) return { isDone: false, waitingFor }
    }
    if (upTo === undefined) await seeToLogins(runner, databaseUrl, { passwords, replace: replacePasswords })
    return { isDone: true }
  } finally {
    // The session's lock goes with its connection.
    await runner.release().catch(() => undefined)
    await dataSource.destroy().catch(() => undefined)
  }
}

/**
 * Functions keep the search path of their making, and those that act with their owner's rights must find our tables before
 * anybody's temporary ones.
 */
async function prepareSession(runner: QueryRunner): Promise<void> {
  await runner.query(`SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false), set_config('lock_timeout', '${LOCK_TIMEOUT}', false)`)
  await runner.query('CREATE TABLE IF NOT EXISTS migration (id SERIAL PRIMARY KEY, "timestamp" bigint NOT NULL, name character varying NOT NULL)')
}

/** Also where no migration was to be run: the server may be a new one, or its logins not open yet. */
async function seeToLogins(runner: QueryRunner, databaseUrl: string, { passwords, replace }: { passwords: Passwords | undefined, replace: boolean | undefined }): Promise<void> {
  const owner = {
    async query<Row>(text: string, values?: unknown[]): Promise<Row[]> {
      const rows: Row[] = await runner.query(text, values)
      return rows
    },
  }
  const obstacle = await grantRights(owner) ?? (passwords && await openLogins(owner, { databaseUrl, passwords, replace }))
  if (obstacle !== undefined) throw new MigrationError(obstacle)
}

/** Runs one migration and notes it; or says whom it has to wait for, and has changed nothing. */
async function runOne(runner: QueryRunner, Migration: Migration, isBreaking: boolean): Promise<string | undefined> {
  const others = await findOthers(runner)
  if (isBreaking && others !== undefined) return stopFirst(Migration.name, others)
  try {
    await runner.startTransaction()
    if (others !== undefined) await runner.query(`SET LOCAL transaction_timeout = '${LONGEST_S}s'`)
    await new Migration().up(runner)
    await runner.query('INSERT INTO migration ("timestamp", name) VALUES ($1, $2)', [Number(/\d{13}$/.exec(Migration.name)?.[0] ?? 0), Migration.name])
    // Whoever came meanwhile stands before tables that are not there yet, and must be gone when they are.
    const newcomers = isBreaking ? await findOthers(runner) : undefined
    if (newcomers !== undefined) {
      await runner.rollbackTransaction()
      return stopFirst(Migration.name, newcomers)
    }
    await runner.commitTransaction()
    return undefined
  } catch (error) {
    const holders = isAboutLocks(error) ? await rollBackAndFindHolders(runner) : undefined
    if (holders !== undefined) return `Migration ${Migration.name} waits for tables that are in use${holders}. Votes go on meanwhile.`
    if (codeOf(error) === TRANSACTION_TIMED_OUT) throw new MigrationError(`Migration ${Migration.name} takes longer than ${LONGEST_S} s, for which nobody could vote. Stop ${others ?? 'what is connected'}, then run npm run migrate again. Nothing of it was done.`, { cause: error })
    await runner.rollbackTransaction().catch(() => undefined)
    throw error
  }
}

const stopFirst = (name: string, others: string): string =>
  `Migration ${name} changes what running processes rely on: stop them. It waits until they are gone; still connected: ${others}.`

/** Who of LiveTally is connected to this database, besides those that migrate it or only look whether they may start. */
async function findOthers(runner: QueryRunner): Promise<string | undefined> {
  const rows = await rowsOf<{ name: string, connections: number }>(runner, `
    SELECT application_name AS name, count(*)::integer AS connections FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'livetally-%' AND application_name NOT IN ('livetally-migrate', 'livetally-check')
    GROUP BY application_name ORDER BY application_name LIMIT 20`)
  return rows.length === 0 ? undefined : rows.map(({ name, connections }) => `${name} (${connections})`).join(', ')
}

async function rollBackAndFindHolders(runner: QueryRunner): Promise<string> {
  await runner.rollbackTransaction()
  const rows = await rowsOf<{ name: string, seconds: number }>(runner, `
    SELECT coalesce(nullif(application_name, ''), usename, 'somebody') AS name, extract(epoch FROM clock_timestamp() - xact_start)::integer AS seconds FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - interval '1 second' ORDER BY xact_start LIMIT 3`)
  return rows.length === 0 ? '' : `; transactions open for longest: ${rows.map(({ name }) => name).join(', ')}`
}

const LOCK_NOT_AVAILABLE = '55P03'
const DEADLOCK = '40P01'
const TRANSACTION_TIMED_OUT = '25P04'

function isAboutLocks(error: unknown): boolean {
  return [LOCK_NOT_AVAILABLE, DEADLOCK].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

async function rowsOf<Row>(runner: QueryRunner, text: string): Promise<Row[]> {
  const rows: Row[] = await runner.query(text)
  return rows
}
