import { DATABASE_ROLES, loginOf } from './login.js'
import type { Owner } from './open-logins.js'
import { FUNCTION_RIGHTS, TABLE_RIGHTS } from './rights.js'

const VERBS: Readonly<Record<string, string>> = { S: 'SELECT', I: 'INSERT', U: 'UPDATE', D: 'DELETE' }

/** One right as it is granted: `SELECT (election, unit) ON voter`. */
interface Grant { role: string, verb: string, columns: string[], table: string }

/** `SI(a, b)D` is select, insert of two columns, delete. */
const RIGHT = /([SIUD])(?:\(([a-z_, ]+)\))?/g

function grantsOf(): Grant[] {
  return Object.entries(TABLE_RIGHTS).flatMap(([table, rights]) => DATABASE_ROLES.flatMap((role) => [...(rights[role] ?? '').matchAll(RIGHT)].map(([, letter = '', columns = '']) =>
    ({ role: loginOf(role), verb: VERBS[letter] ?? '', columns: columns.split(',').map((column) => column.trim()).filter((column) => column !== ''), table }))))
}

const calls = (): { role: string, name: string }[] => Object.entries(FUNCTION_RIGHTS).flatMap(([name, rights]) => DATABASE_ROLES.filter((role) => rights[role] !== undefined).map((role) => ({ role: loginOf(role), name })))

const NOT_ALLOWED = '42501'

/**
 * Sees to it that the logins are there, with all their rights on the tables of this database: a server that is new to it, or a
 * backup that was restored there, has neither. Takes nothing away but what everybody would have: creating things in our
 * schema, and calling our functions. Returns a sentence for a person where the owner may not make logins.
 */
export async function grantRights(owner: Owner): Promise<string | undefined> {
  const missing = await missingLogins(owner)
  try {
    for (const login of missing) await owner.query(`DO $$ BEGIN CREATE ROLE ${login} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== NOT_ALLOWED) throw error
    return `The user of DATABASE_URL may not make the logins of the processes. Let an administrator of the server do it, then run npm run migrate again: ${missing.map((login) => `CREATE ROLE ${login} LOGIN PASSWORD '…'`).join('; ')}.`
  }
  for (const statement of await statementsFor(owner)) await owner.query(statement)
  return undefined
}

async function missingLogins(owner: Owner): Promise<string[]> {
  const rows = await owner.query<{ login: string }>('SELECT w.login FROM unnest($1::text[]) AS w (login) WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = w.login)', [DATABASE_ROLES.map(loginOf)])
  return rows.map(({ login }) => login)
}

/** Nothing, where all is as it should be: then no row of the catalogue is written. */
async function statementsFor(owner: Owner): Promise<string[]> {
  const [schema, publics, storing, tables, functions] = [await schemaStatements(owner), await publicStatements(owner), await storingStatements(owner), await tableStatements(owner), await functionStatements(owner)]
  return [...schema, ...publics, ...storing, ...tables, ...functions]
}

async function schemaStatements(owner: Owner): Promise<string[]> {
  const rows = await owner.query<{ statement: string }>(`
    SELECT format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), w.login) AS statement FROM unnest($1::text[]) AS w (login) WHERE NOT has_schema_privilege(w.login, current_schema(), 'USAGE')
    UNION ALL SELECT format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema())
    FROM pg_namespace n WHERE n.nspname = current_schema() AND EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE')`, [DATABASE_ROLES.map(loginOf)])
  return rows.map(({ statement }) => statement)
}

/** Functions of ours that everybody may call, as is every new one by default; those of extensions are not ours. */
async function publicStatements(owner: Owner): Promise<string[]> {
  const rows = await owner.query<{ statement: string }>(`
    SELECT format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', p.oid::regprocedure) AS statement FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f' AND pg_has_role(current_user, p.proowner, 'USAGE')
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')`)
  return rows.map(({ statement }) => statement)
}

/** Functions of Postgres itself by which whoever may connect stores what outlives the session: large objects, and messages in the write-ahead log. Only an administrator may take them from everybody. */
const STORING = ['lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_open', 'lo_put', 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'lowrite', 'pg_logical_emit_message']

async function storingStatements(owner: Owner): Promise<string[]> {
  const rows = await owner.query<{ statement: string }>(`
    SELECT format('REVOKE ALL ON FUNCTION pg_catalog.%s FROM PUBLIC', p.oid::regprocedure) AS statement FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY ($1::text[]) AND pg_has_role(current_user, p.proowner, 'USAGE')
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)`, [STORING])
  return rows.map(({ statement }) => statement)
}

async function tableStatements(owner: Owner): Promise<string[]> {
  const rows = await owner.query<{ statement: string }>(`
    SELECT DISTINCT format('GRANT %s %s ON %I TO %I', w.verb, CASE WHEN w.columns = '{}' THEN '' ELSE (SELECT format('(%s)', string_agg(quote_ident(c), ', ')) FROM unnest(w.columns) AS c) END, w.name, w.role) AS statement
    FROM (SELECT g->>'role' AS role, g->>'verb' AS verb, g->>'table' AS name, ARRAY (SELECT jsonb_array_elements_text(g->'columns')) AS columns FROM jsonb_array_elements($1::jsonb) AS g) AS w
    WHERE NOT CASE WHEN w.columns = '{}' THEN has_table_privilege(w.role, w.name, w.verb) ELSE (SELECT bool_and(has_column_privilege(w.role, w.name, c, w.verb)) FROM unnest(w.columns) AS c) END`,
  [JSON.stringify(grantsOf())])
  return rows.map(({ statement }) => statement)
}

async function functionStatements(owner: Owner): Promise<string[]> {
  const rows = await owner.query<{ statement: string }>(`
    SELECT format('GRANT EXECUTE ON FUNCTION %s TO %I', p.oid::regprocedure, w->>'role') AS statement
    FROM jsonb_array_elements($1::jsonb) AS w JOIN pg_proc p ON p.proname = w->>'name' AND p.pronamespace = current_schema()::regnamespace
    WHERE NOT has_function_privilege(w->>'role', p.oid, 'EXECUTE')`, [JSON.stringify(calls())])
  return rows.map(({ statement }) => statement)
}
