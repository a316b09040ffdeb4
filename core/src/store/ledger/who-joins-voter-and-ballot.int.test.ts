import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Election } from '../../election/index.js'
import { openDatabase, type Database } from '../database/database.js'
import type { DatabaseRole } from '../database/logins/login.js'
import { castRow, createStoreUnderTest, digest, type StoreUnderTest } from '../store-under-test.js'

const REFUSED = '42501'
/** Those that run while people vote; the auditor's role, which compares numbers, reads both tables. */
const ROLES = ['api', 'worker', 'ingest'] as const
/** A user that may take the role of each process of an authority that keeps them apart. */
const LOGIN = (role: DatabaseRole): string => `clerk_of_${role}`

let store: StoreUnderTest
let election: Election
const trackers: string[] = []

beforeAll(async () => {
  store = await createStoreUnderTest()
  election = await store.openElection()
  // Ballots that come alone: each in a transaction of its own, as on a quiet afternoon.
  for (let voter = 0; voter < 25; voter += 1) {
    const row = castRow(election, `voter ${voter}`)
    await store.ledger.castBatch(election.key, 0, [row])
    trackers.push(row.tracker)
  }
  await store.owner.query('ANALYZE')
  for (const role of ROLES) {
    const login = LOGIN(role)
    await store.owner.query(`DO $$ BEGIN CREATE ROLE ${login} LOGIN PASSWORD 'clerk' IN ROLE livetally_${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`)
  }
})
afterAll(async () => {
  for (const role of ROLES) await store.owner.query(`DROP OWNED BY ${LOGIN(role)}; DROP ROLE ${LOGIN(role)}`)
  await store[Symbol.asyncDispose]()
})

/** As a login of another name, which takes the role. */
async function asLogin(role: DatabaseRole): Promise<Database> {
  const url = new URL(store.databaseUrl)
  Object.assign(url, { username: LOGIN(role), password: 'clerk' })
  return openDatabase({ databaseUrl: url.href, role, applicationName: `test-clerk-${role}` })
}

type Found = { code: string, rows: unknown[] }
const NO_ERROR = '00000'

async function attempt(database: Database, ...statements: readonly string[]): Promise<Found> {
  const client = await database.pool.connect()
  try {
    let rows: unknown[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return { code: NO_ERROR, rows }
  } catch (error) {
    return { code: error instanceof pg.DatabaseError ? error.code ?? '' : String(error), rows: [] }
  } finally {
    client.release(true)
  }
}

/** Ways to a table's rows, or to their order, that need no more than to name it. */
const WAYS: readonly [string, (table: string) => string][] = [
  ['reading it', (table) => `SELECT * FROM ${table}`],
  ['counting it', (table) => `SELECT count(*) FROM ${table}`],
  ['the election alone', (table) => `SELECT election FROM ${table}`],
  ['the places of its rows', (table) => `SELECT ctid FROM ${table}`],
  ['the transactions that wrote its rows', (table) => `SELECT xmin FROM ${table}`],
  ['its commands within a transaction', (table) => `SELECT cmin FROM ${table}`],
  ['which table a row is from', (table) => `SELECT tableoid FROM ${table}`],
  ['whether there is a row', (table) => `SELECT EXISTS (SELECT FROM ${table})`],
  ['a row as a whole', (table) => `SELECT r FROM ${table} r`],
  ['copying it out', (table) => `COPY ${table} TO STDOUT`],
  ['copying its order out', (table) => `COPY (SELECT ctid FROM ${table}) TO STDOUT`],
  ['a sample of it', (table) => `SELECT * FROM ${table} TABLESAMPLE SYSTEM (100)`],
  ['estimates of a plan', (table) => `EXPLAIN SELECT * FROM ${table} WHERE election = 1`],
  ['what a plan meets', (table) => `EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM ${table}`],
  ['a cursor over it', (table) => `DECLARE c CURSOR WITH HOLD FOR SELECT * FROM ${table}`],
  ['a row locked', (table) => `SELECT FROM ${table} FOR KEY SHARE`],
  ['a table that refers to it', (table) => `CREATE TEMP TABLE mine (LIKE ${table} INCLUDING ALL); INSERT INTO mine SELECT * FROM ${table}`],
  ['the newest version of a row', (table) => `SELECT currtid2('${table}', '(0,1)')`],
  ['writing what is there, for the error that names it', (table) => `INSERT INTO ${table} (election) VALUES (1)`],
]

/** Every column of a table, and no row that a role may see of what the planner knows about it. */
const STATISTICS = (table: string): readonly string[] => [
  `SELECT * FROM pg_stats WHERE tablename = '${table}'`,
  `SELECT * FROM pg_stats_ext WHERE tablename = '${table}'`,
  `SELECT * FROM pg_stats_ext_exprs WHERE tablename = '${table}'`,
]

describe.each(ROLES)('the role of the %s', (role) => {
  const tables = role === 'worker' ? ['participation'] : ['participation', 'box_entry']

  test.each(tables.flatMap((table) => WAYS.map(([what, statement]) => [table, what, statement(table)] as const)))('cannot read %s by %s', async (_table, _what, statement) => {
    for (const database of [await store.as(role), await asLogin(role)]) {
      expect((await attempt(database, statement)).code).toBe(REFUSED)
      await database[Symbol.asyncDispose]()
    }
  })

  test.each(tables)('learns nothing of %s from statistics, nor by becoming what it was before it took its role', async (table) => {
    await using own = await asLogin(role)
    await using shared = await store.as(role)
    for (const database of [own, shared]) {
      for (const statement of STATISTICS(table)) expect(await attempt(database, statement)).toEqual({ code: NO_ERROR, rows: [] })
      expect((await attempt(database, 'SELECT * FROM pg_statistic')).code).toBe(REFUSED)
    }
    for (const step of ['RESET ROLE', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION', 'DISCARD ALL']) expect((await attempt(own, step, `SELECT * FROM ${table}`)).code, step).toBe(REFUSED)
    expect((await attempt(own, 'SET ROLE livetally_auditor')).code).toBe(REFUSED)
  })

  test('reads no file of the server, and looks into no page, log or other session', async () => {
    await using own = await asLogin(role)
    for (const statement of [
      `SELECT pg_read_file('PG_VERSION')`, `SELECT pg_read_binary_file('base/1/1259')`, `SELECT pg_ls_dir('base')`, `SELECT pg_ls_waldir()`, `COPY pg_class TO PROGRAM 'true'`, `SELECT lo_import('/etc/hostname')`,
      `SELECT * FROM pg_logical_slot_get_changes('any', NULL, NULL)`, `SELECT pg_create_logical_replication_slot('mine', 'pgoutput', true)`, `CREATE EXTENSION pageinspect`, `CREATE EXTENSION pgstattuple`,
      `ALTER TABLE participation DISABLE TRIGGER ALL`, `CREATE TABLE mine (id integer)`, `SET session_replication_role = replica`, `CREATE STATISTICS s ON election, voter_ref FROM participation`,
    ]) expect((await attempt(own, statement)).code, statement).not.toBe(NO_ERROR)
    const { rows } = await attempt(own, `SELECT query FROM pg_stat_activity WHERE application_name NOT LIKE 'test-clerk-%' AND usename <> 'livetally_${role}' AND query <> '' AND query NOT LIKE '<insufficient%'`)
    expect(rows, 'what others ask the database').toEqual([])
    const { rows: alike } = await attempt(own, `SELECT query FROM pg_stat_activity WHERE application_name = 'livetally-cast' AND query ~ 'voter [0-9]|\\\\x|[0-9a-f]{8}'`)
    expect(alike, 'processes of its own kind show it their statements, which hold no values').toEqual([])
    expect((await attempt(own, `SELECT last_value FROM pg_sequences WHERE last_value IS NOT NULL`)).rows, 'no number is dealt to voters or ballots').toEqual(
      (await attempt(own, `SELECT last_value FROM pg_sequences WHERE sequencename = 'election_key_seq' AND last_value IS NOT NULL`)).rows)
  })

  test('cannot put tables and functions of its own in the place of those that act with the rights of the owner', async () => {
    await using own = await asLogin(role)
    const { rows } = await store.owner.query<{ call: string }>(`
      SELECT p.oid::regprocedure::text AS call FROM pg_proc p
      WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND NOT coalesce(p.proconfig, '{}') && ARRAY['search_path=public, pg_temp']`)
    expect(rows, 'every function of the owner names our tables before temporary ones').toEqual([])
    // A temporary table in the place of ours, whose trigger would run with the owner's rights and hand participation out.
    const [boxes, keys] = [`SELECT ${election.key}::integer AS election, 0::smallint AS box, 0::bigint AS next_seq, NULL::bigint AS sealed_seq, now() AS last_cast_at`, `SELECT true AS is_this, ''::bytea AS key_fingerprint`]
    const spring = (call: string) => attempt(own, ...Object.entries({ ballot_box: boxes, installation: keys }).map(([table, rows]) => `
      CREATE TEMP TABLE ${table} AS ${rows};
      CREATE FUNCTION pg_temp.spring_${table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'There are % participations.', (SELECT count(*) FROM public.participation) USING ERRCODE = 'P0666';
      END $$;
      CREATE TRIGGER spring BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION pg_temp.spring_${table}();
      GRANT ALL ON ${table} TO PUBLIC;`), 'BEGIN', call)
    const [call, name] = role === 'worker' ? [`SELECT box_floors(${election.key})`, 'box_floors(integer)'] : [`SELECT claim_installation(sha256('x'))`, 'claim_installation(bytea)']
    expect((await spring(call)).code).toBe(NO_ERROR)
    await store.owner.query(`ALTER FUNCTION ${name} SET search_path = public`)
    expect((await spring(call)).code, 'the trap is one: with a search path as it was it catches').toBe('P0666')
    await store.owner.query(`ALTER FUNCTION ${name} SET search_path = public, pg_temp`)
  })
})

describe('what may be asked', () => {
  test('of one voter: whether they have voted', async () => {
    expect(await store.ledger.hasVoted(election.key, digest('voter 3'))).toBe(true)
    expect(await store.ledger.hasVoted(election.key, digest('nobody'))).toBe(false)
  })

  test('of ballots whose trackers are known: where they lie, in no order but that of the question, and of a thousand at most', async () => {
    await using api = await asLogin('api')
    const { rows } = await api.pool.query<Record<string, unknown>>('SELECT * FROM find_ballots($1)', [trackers.slice(0, 2)])
    expect(rows.map((row) => Object.keys(row).toSorted())).toEqual([0, 1].map(() => ['box', 'cast_at', 'channel', 'commitment', 'election', 'seq', 'tracker', 'unit']))
    await expect(api.pool.query('SELECT * FROM find_ballots($1)', [Array.from({ length: 1_001 }, () => trackers[0])])).rejects.toThrow('At most 1000 ballots can be looked up at once; these are 1001.')
    expect((await api.pool.query('SELECT * FROM find_ballots($1)', [[]])).rows).toEqual([])
  })

  test('no answer of the ledger about a voter says anything of a ballot, and none about a ballot of a voter', async () => {
    const { rows } = await store.owner.query<{ name: string, result: string, arguments: string }>(`
      SELECT p.proname AS name, pg_get_function_result(p.oid) AS result, pg_get_function_arguments(p.oid) AS arguments FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace AND p.proname IN ('has_voted', 'find_ballots', 'find_correction', 'newest_corrections')`)
    expect(rows).toHaveLength(4)
    for (const { name, result, arguments: given } of rows) {
      expect(/voter/.test(result), name).toBe(false)
      if (/voter/.test(given)) expect(result, name).toBe('boolean')
    }
  })
})

test('the auditor, who compares numbers, reads both; nobody else does', async () => {
  const { rows } = await store.owner.query<{ table: string, role: string }>(`
    SELECT c.relname AS table, r.rolname AS role FROM pg_class c CROSS JOIN pg_roles r
    WHERE c.oid IN ('participation'::regclass, 'box_entry'::regclass) AND r.rolname LIKE 'livetally\\_%' AND (has_table_privilege(r.oid, c.oid, 'SELECT') OR has_any_column_privilege(r.oid, c.oid, 'SELECT'))
    ORDER BY 1, 2`)
  expect(rows).toEqual([{ table: 'box_entry', role: 'livetally_auditor' }, { table: 'box_entry', role: 'livetally_worker' }, { table: 'participation', role: 'livetally_auditor' }])
})
