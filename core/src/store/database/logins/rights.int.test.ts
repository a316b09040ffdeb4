import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createStoreUnderTest, type StoreUnderTest } from '../../store-under-test.js'
import { openDatabase } from '../database.js'
import { migrate } from '../migrate.js'
import { DATABASE_ROLES, loginOf, loginUrl, type DatabaseRole } from './login.js'
import { openLogins, type Owner } from './open-logins.js'
import { FUNCTION_RIGHTS, TABLE_RIGHTS } from './rights.js'

const REFUSED = '42501'
const LOGINS = DATABASE_ROLES.map(loginOf)

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const rowsOf = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = [LOGINS]): Promise<Row[]> => (await store.owner.query<Row>(text, values)).rows
const owner: Owner = { query: async <Row>(text: string, values?: unknown[]) => (await store.owner.query(text, values)).rows as Row[] }

/** Rights as the catalogue has them, membership and PUBLIC included, in the form of `TABLE_RIGHTS`. Verbs that are not in it are told in full. */
const FOUND_ON_TABLES = `
  SELECT c.relname AS name, substr(r.rolname, 11) AS role,
    (SELECT string_agg(CASE v WHEN 'TRUNCATE' THEN '!TRUNCATE' WHEN 'REFERENCES' THEN '!REFERENCES' WHEN 'TRIGGER' THEN '!TRIGGER' WHEN 'MAINTAIN' THEN '!MAINTAIN' ELSE left(v, 1) END
      || CASE WHEN has_table_privilege(r.oid, c.oid, v) THEN '' ELSE format('(%s)', (SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND has_column_privilege(r.oid, c.oid, a.attnum, v))) END, '' ORDER BY n)
     FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) WITH ORDINALITY AS verbs (v, n)
     WHERE has_table_privilege(r.oid, c.oid, v) OR (v IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(r.oid, c.oid, v))) AS rights
  FROM pg_class c CROSS JOIN pg_roles r
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND r.rolname = ANY ($1)`

const FOUND_ON_FUNCTIONS = `
  SELECT p.proname AS name, substr(r.rolname, 11) AS role, CASE WHEN has_function_privilege(r.oid, p.oid, 'EXECUTE') THEN 'X' END AS rights
  FROM pg_proc p CROSS JOIN pg_roles r WHERE p.pronamespace = 'public'::regnamespace AND r.rolname = ANY ($1)`

type Matrix = Record<string, Partial<Record<string, string>>>
async function found(text: string): Promise<Matrix> {
  const matrix: Matrix = {}
  for (const { name, role, rights } of await rowsOf<{ name: string, role: string, rights: string | null }>(text)) {
    const line = matrix[name] ??= {}
    if (rights !== null) line[role] = rights
  }
  return matrix
}

describe('what each login may do is what is written, no more and no less', () => {
  test('with every table that there is', async () => { expect(await found(FOUND_ON_TABLES)).toEqual(TABLE_RIGHTS) })
  test('with every function that there is', async () => { expect(await found(FOUND_ON_FUNCTIONS)).toEqual(FUNCTION_RIGHTS) })

  test('and what is written keeps what was promised: the ledger is written by its functions alone, and read by nobody who may also see who voted', () => {
    for (const role of ['api', 'worker', 'ingest', 'auditor'] as const) {
      for (const table of ['box_entry', 'participation']) expect(TABLE_RIGHTS[table]?.[role] ?? '', `${role}, ${table}`).toMatch(role === 'auditor' || (role === 'worker' && table === 'box_entry') ? /^S$/ : /^$/)
    }
    const written = (role: DatabaseRole, verbs: RegExp): string[] => Object.keys(TABLE_RIGHTS).filter((table) => verbs.test(TABLE_RIGHTS[table]?.[role]?.replaceAll(/\(.*?\)/g, '') ?? '')).toSorted()
    expect(written('auditor', /[IUD]/)).toEqual([])
    expect(written('ingest', /[IUD]/)).toEqual([])
    expect(written('worker', /[IUD]/)).toEqual(['box_position', 'choice_release', 'group_release', 'publisher_position', 'publisher_process', 'relay_position', 'result_revision', 'tally', 'window_tally'])
    expect(written('api', /[UD]/)).toEqual(['contest', 'contest_option', 'election', 'party', 'reporting_unit', 'roll', 'voter_attribute'])
  })

  test('with nothing else: no sequence, schema, database, parameter or language of theirs, no membership, no power', async () => {
    expect(await rowsOf(`SELECT c.relname FROM pg_class c CROSS JOIN pg_roles r WHERE c.relkind = 'S' AND r.rolname = ANY ($1) AND has_sequence_privilege(r.oid, c.oid, 'USAGE, SELECT, UPDATE')`)).toEqual([])
    expect(await rowsOf(`SELECT n.nspname FROM pg_namespace n CROSS JOIN pg_roles r WHERE r.rolname = ANY ($1) AND has_schema_privilege(r.oid, n.oid, 'CREATE')`)).toEqual([])
    expect(await rowsOf(`SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY ($1) AND has_database_privilege(r.oid, current_database(), 'CREATE')`)).toEqual([])
    expect(await rowsOf('SELECT parname FROM pg_parameter_acl', [])).toEqual([])
    expect(await rowsOf('SELECT defaclobjtype FROM pg_default_acl', [])).toEqual([])
    expect(await rowsOf(`SELECT r.rolname, o.rolname AS becomes FROM pg_roles r JOIN pg_roles o ON o.oid <> r.oid AND pg_has_role(r.oid, o.oid, 'MEMBER') WHERE r.rolname = ANY ($1)`)).toEqual([])
    expect(await rowsOf(`SELECT rolname FROM pg_roles WHERE rolname = ANY ($1) AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)`)).toEqual([])
    expect(await rowsOf(`SELECT rolname FROM pg_authid WHERE rolname = ANY ($1) AND (NOT rolcanlogin OR rolpassword NOT LIKE 'SCRAM-SHA-256$%')`)).toEqual([])
  })
})

describe.each(DATABASE_ROLES)('whoever takes a process of kind %s over', (role) => {
  let client: pg.Client
  beforeAll(async () => {
    client = new pg.Client({ connectionString: store.urlOf(role) })
    await client.connect()
  })
  afterAll(() => client.end())

  /** Statements on the one connection that was taken over. */
  async function attempt(...statements: readonly string[]): Promise<{ code: string, rows: unknown[] }> {
    try {
      let rows: unknown[] = []
      for (const statement of statements) rows = (await client.query(statement)).rows
      return { code: '00000', rows }
    } catch (error) {
      return { code: error instanceof pg.DatabaseError ? error.code ?? '' : String(error), rows: [] }
    } finally {
      await client.query('ROLLBACK')
    }
  }

  test('stays the login of its kind, whatever it takes off', async () => {
    const login = loginOf(role)
    for (const step of ['RESET ROLE', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION DEFAULT', 'DISCARD ALL', 'RESET ALL']) {
      expect((await attempt(step, 'SELECT session_user AS session, current_user AS acting')).rows, step).toEqual([{ session: login, acting: login }])
    }
    const [me] = await rowsOf<{ name: string }>('SELECT current_user AS name', [])
    for (const other of [...LOGINS.filter((one) => one !== login), me?.name ?? '', 'pg_database_owner', 'pg_read_all_data', 'pg_write_all_data', 'pg_monitor', 'pg_read_server_files', 'pg_execute_server_program', 'pg_signal_backend']) {
      for (const step of [`SET ROLE "${other}"`, `SET LOCAL ROLE "${other}"`, `SET SESSION AUTHORIZATION "${other}"`, `SELECT set_config('role', '${other}', false)`]) expect((await attempt('BEGIN', step)).code, step).toBe(REFUSED)
      expect((await attempt(`GRANT "${other}" TO ${login}`)).code, other).toMatch(/^(42501|0A000)$/)
    }
    for (const other of LOGINS.filter((one) => one !== login)) expect((await attempt(`ALTER ROLE ${other} PASSWORD 'of-whoever-took-over'`)).code, other).toBe(REFUSED)
  })

  test.each([
    `SET session_replication_role = replica`, `ALTER SYSTEM SET log_statement = 'all'`, `SET log_statement = 'all'`, `ALTER ROLE current_user SUPERUSER`, `CREATE ROLE mine SUPERUSER`,
    `SELECT pg_read_file('PG_VERSION')`, `SELECT pg_read_server_files FROM pg_authid`, `SELECT * FROM pg_authid`, `SELECT pg_ls_dir('.')`, `COPY migration TO '/tmp/migration'`, `COPY (SELECT 1) TO PROGRAM 'true'`, `SELECT lo_import('/etc/hostname')`, `SELECT lo_export(1, '/tmp/mine')`,
    `SELECT lo_from_bytea(0, 'kept')`, `SELECT lo_creat(-1)`, `SELECT lo_create(0)`, `SELECT pg_logical_emit_message(false, 'mine', 'kept')`,
    `CREATE EXTENSION pageinspect`, `CREATE SCHEMA mine`, `CREATE TABLE mine (id integer)`, `CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'`, `CREATE PUBLICATION mine FOR ALL TABLES`, `SELECT pg_create_logical_replication_slot('mine', 'pgoutput')`, `SELECT pg_switch_wal()`, `SELECT pg_reload_conf()`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> current_user`,
    `ALTER TABLE box_entry DISABLE TRIGGER ALL`, `DROP TABLE participation`, `TRUNCATE tally`, `BEGIN; LOCK TABLE ballot_box IN ACCESS EXCLUSIVE MODE`, `CREATE TRIGGER mine BEFORE INSERT ON box_entry FOR EACH ROW EXECUTE FUNCTION keep_structure()`, `CREATE OR REPLACE FUNCTION has_voted(integer, bytea) RETURNS boolean LANGUAGE sql AS 'SELECT true'`, `ALTER FUNCTION has_voted OWNER TO current_user`,
  ])('is refused: %s', async (statement) => {
    expect((await attempt(statement)).code).toMatch(/^(42501|42703|2BP01|55000)$/)
  })

  test('hands nothing on: Postgres only warns whoever grants what they hold, and grants nothing', async () => {
    await attempt('GRANT SELECT ON participation TO PUBLIC')
    await attempt(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${LOGINS.join(', ')}`)
    await attempt(`GRANT ALL ON ALL FUNCTIONS IN SCHEMA public TO ${LOGINS.join(', ')}`)
    expect(await found(FOUND_ON_TABLES)).toEqual(TABLE_RIGHTS)
    expect(await found(FOUND_ON_FUNCTIONS)).toEqual(FUNCTION_RIGHTS)
  })

  test('cannot have a function of the owner run by a trigger of its own', async () => {
    expect((await attempt('CREATE TEMP TABLE mine (election integer, box smallint)', 'CREATE TRIGGER spring BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION keep_structure()')).code).toBe(REFUSED)
  })
})

describe('a process', () => {
  const open = (databaseUrl: string, role: DatabaseRole) => openDatabase({ databaseUrl, role, applicationName: 'test' }).then((database) => database[Symbol.asyncDispose](), (error: unknown) => Promise.reject(error as Error))
  const loginOfTests = async (name: string, roles: string, work: (url: string) => Promise<void>): Promise<void> => {
    await store.owner.query(`DROP ROLE IF EXISTS ${name}; CREATE ROLE ${name} LOGIN PASSWORD 'guest' ${roles}`)
    try {
      await work(Object.assign(new URL(store.databaseUrl), { username: name, password: 'guest' }).href)
    } finally {
      await store.owner.query(`DROP ROLE ${name}`)
    }
  }

  test('does not start as the owner, as an administrator, or as a login of another kind: the sentence names the one to take', async () => {
    await expect(open(store.databaseUrl, 'api')).rejects.toThrow(/^This process works as livetally_api, and DATABASE_URL names \w+, an owner or administrator: whoever takes the process over could do all of that, too\. Give it livetally_api and its password/)
    await expect(open(store.urlOf('worker'), 'api')).rejects.toThrow('This process works as livetally_api, and DATABASE_URL names livetally_worker, who may not do that work.')
    await loginOfTests('guest_of_tests', '', (url) => expect(open(url, 'auditor')).rejects.toThrow('This process works as livetally_auditor, and DATABASE_URL names guest_of_tests, who may not do that work.'))
  })

  test('may come by a login of another name that is a member of its own and of no other', async () => {
    await loginOfTests('clerk_of_tests', 'IN ROLE livetally_worker', (url) => open(url, 'worker'))
    await loginOfTests('busy_clerk_of_tests', 'IN ROLE livetally_worker, livetally_auditor', (url) => expect(open(url, 'worker')).rejects.toThrow('busy_clerk_of_tests, a member of livetally_auditor: whoever takes the process over'))
  })

  test('that is not let in says so without its password, and what to do', async () => {
    const wrong = loginUrl(store.databaseUrl, 'api', 'quite-another-password')
    const error: unknown = await open(wrong, 'api').catch((caught: unknown) => caught)
    expect(String(error)).toMatch(/does not let this process in: password authentication failed for user "livetally_api"\. Run "npm run migrate" with the owner's DATABASE_URL/)
    expect(String(error)).not.toContain('quite-another')
  })
})

describe('the logins of a server', () => {
  const passwords = { api: 'of-somebody-else-1', worker: 'of-somebody-else-2', ingest: 'of-somebody-else-3', auditor: 'of-somebody-else-4' }

  test('keep the passwords that another installation has set: whoever comes with others is told', async () => {
    expect(await openLogins(owner, { databaseUrl: store.databaseUrl, passwords })).toMatch(/^livetally_api of this server has another password than the one given.*npm run migrate -- --new-passwords/)
    await open('api')
  })

  test('take none that could be guessed', async () => {
    expect(await openLogins(owner, { databaseUrl: store.databaseUrl, passwords: { ...passwords, api: 'livetally' } })).toBe('The password of livetally_api must have 16 to 200 printable signs of ASCII and no spaces.')
  })

  test('get back the rights that a restored backup has lost, and everybody loses those that nobody should have', async () => {
    await store.owner.query(`
      REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${LOGINS.join(', ')};
      REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM ${LOGINS.join(', ')};
      REVOKE USAGE ON SCHEMA public FROM ${LOGINS.join(', ')}, PUBLIC;
      GRANT CREATE ON SCHEMA public TO PUBLIC;
      GRANT EXECUTE ON FUNCTION keep_structure, granule_of TO PUBLIC`)
    expect((await found(FOUND_ON_TABLES))['election']).toEqual({})
    await migrate(store.databaseUrl)
    expect(await found(FOUND_ON_TABLES)).toEqual(TABLE_RIGHTS)
    expect(await found(FOUND_ON_FUNCTIONS)).toEqual(FUNCTION_RIGHTS)
    expect(await rowsOf(`SELECT r.rolname FROM pg_roles r WHERE r.rolname = ANY ($1) AND has_schema_privilege(r.oid, 'public', 'CREATE')`)).toEqual([])
    await open('worker')
  })

  async function open(role: DatabaseRole): Promise<void> {
    await using database = await store.as(role)
    await database.pool.query('SELECT count(*) FROM election')
  }
})
