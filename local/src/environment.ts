import { KAFKA_SECURITY_SETTINGS, readKafkaSecurity, type KafkaSecurity } from '@livetally/core/events'
import { readDatabaseAddress } from '@livetally/core/store'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'

const text = z.string().trim().min(1)

/** What `npm start` and the tests may be told from outside. Empty variables count as unset. */
const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(4000),
  HOST: text.default('127.0.0.1'),
  LIVETALLY_HOME: text.default('.livetally'),
  LIVETALLY_MASTER_KEY: text.optional(),
  DATABASE_URL: text.regex(/^postgres(ql)?:\/\//, 'must begin with postgres://').optional(),
  DATABASE_PASSWORD_FILE: text.optional(),
  LOGINS_FOLDER: text.optional(),
  POSTGRES_PASSWORD: text.optional(),
  KAFKA_BROKERS: text.optional(),
  TOPIC_PREFIX: text.default('livetally.'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  KAFKA_JAVA: text.optional(),
  JAVA_HOME: text.optional(),
  MAVEN_HOME: text.optional(),
  PATH: z.string().default(''),
  XDG_CACHE_HOME: text.optional(),
})

export type Environment = z.infer<typeof schema> & { readonly kafkaSecurity?: KafkaSecurity | undefined }

/**
 * Reads the settings of this package, the only place that does.
 * Prints every problem at once and exits 1 if a value cannot be used.
 */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): Environment {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  const { security: kafkaSecurity, problems: kafka } = readKafkaSecurity(source)
  const database = readDatabaseAddress(source)
  const problems = [...kafka, ...database.problems]
  if (parsed.success && problems.length === 0) return { ...parsed.data, LIVETALLY_HOME: resolve(parsed.data.LIVETALLY_HOME), DATABASE_URL: database.url, kafkaSecurity }
  for (const issue of parsed.error?.issues ?? []) console.error(`Setting ${issue.path.join('.')}: ${issue.message}`)
  for (const { setting, message } of problems) console.error(`Setting ${setting}: ${message}`)
  process.exit(1)
}

/** Settings of the roles themselves: handed on to them as they were given, to be checked where they are read. */
const ROLE_SETTINGS = {
  api: ['METRICS_HOST', 'METRICS_PORT', 'CAST_BATCH', 'CAST_TRANSACTIONS', 'CAST_WAITING', 'REQUESTS_PER_MINUTE', 'SIGN_IN_FAILURES_PER_MINUTE', 'SUBSCRIPTIONS_PER_CONNECTION', 'CONNECTIONS_PER_ADDRESS', 'CONNECTIONS', 'HANDSHAKES_PER_MINUTE', 'HTTP_CONNECTIONS_PER_ADDRESS', 'HTTP_CONNECTIONS', 'ALLOW_VOLATILE_LEDGER', 'TRUST_PROXY', 'ALLOWED_ORIGINS', 'HSTS_SECONDS'],
  workers: ['RELAY_LEASE_MS', 'KAFKA_SESSION_TIMEOUT_MS', 'INGEST_KEYS_FILE', 'ALLOW_VOLATILE_LEDGER', 'PANES_KEPT_DAYS', 'MINUTE_PANES_KEPT_DAYS', 'REVISIONS_KEPT_HOURS'],
  kafka: KAFKA_SECURITY_SETTINGS,
} as const

export function settingsFor(role: keyof typeof ROLE_SETTINGS, source: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(ROLE_SETTINGS[role].flatMap((name) => {
    const value = source[name]
    return value === undefined || value === '' ? [] : [[name, value]]
  }))
}

const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']

/**
 * What every child process inherits: only what a program needs to run at all. A child's settings are
 * given explicitly, so that a variable of the caller's shell never changes a test or a role by accident.
 */
export function inheritedEnvironment(source: NodeJS.ProcessEnv = process.env): Record<string, string> {
  return Object.fromEntries(passedOn.flatMap((name) => {
    const value = source[name]
    return value === undefined ? [] : [[name, value]]
  }))
}

/** Everything the caller has, for Maven alone: proxies, mirrors and credentials of its settings live there. */
export function wholeEnvironment(): NodeJS.ProcessEnv {
  return process.env
}

/** Folder for what can be fetched or built again: `$XDG_CACHE_HOME/livetally`, else `~/.cache/livetally`. */
export function cacheRoot(environment: Pick<Environment, 'XDG_CACHE_HOME'>): string {
  return join(environment.XDG_CACHE_HOME ?? join(homedir() || tmpdir(), '.cache'), 'livetally')
}
