import { readKafkaSecurity, type KafkaSecurity } from '@livetally/core/events'
import { readDatabaseAddress } from '@livetally/core/store'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const WORKER_ROLES = ['relay', 'tabulator', 'publisher', 'ingest'] as const
export type WorkerRole = (typeof WORKER_ROLES)[number]

const port = z.coerce.number().int().min(0).max(65_535)
const milliseconds = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

const shape = z.object({
  DATABASE_URL: z.string({ error: 'is missing: the address of Postgres, such as postgres://livetally_worker:password@host:5432/livetally' }).min(1, 'must name the Postgres database, such as postgres://livetally_worker:password@host:5432/livetally'),
  DATABASE_PASSWORD_FILE: z.string().optional(),
  INGEST_DATABASE_URL: z.string().optional(),
  INGEST_DATABASE_PASSWORD_FILE: z.string().optional(),
  KAFKA_BROKERS: z.string({ error: 'is missing: the Kafka brokers, such as 127.0.0.1:9092' }).min(1, 'must name the Kafka brokers, such as 127.0.0.1:9092').transform((list) => list.split(',').map((broker) => broker.trim())),
  TOPIC_PREFIX: z.string().regex(/^[A-Za-z0-9._-]*$/, 'must be letters, digits, dots, underscores or hyphens').default('livetally.'),
  ROLES: z.string().default(WORKER_ROLES.join(',')).transform((list) => list.split(',').map((role) => role.trim())).pipe(z.array(z.enum(WORKER_ROLES)).min(1)),
  HOST: z.string().default('127.0.0.1'),
  WORKER_PORT: port.default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  RELAY_LEASE_MS: milliseconds(500, 60_000).default(1_500),
  PANES_KEPT_DAYS: z.coerce.number().int().min(1).max(36_500).default(30),
  MINUTE_PANES_KEPT_DAYS: z.coerce.number().int().min(1).max(36_500).default(365),
  REVISIONS_KEPT_HOURS: z.coerce.number().int().min(1).max(876_000).default(24),
  KAFKA_SESSION_TIMEOUT_MS: milliseconds(500, 60_000).default(2_000),
  LIVETALLY_HOME: z.string().min(1).default('.livetally'),
  LIVETALLY_MASTER_KEY: z.string().optional(),
  INGEST_KEYS_FILE: z.string().min(1).optional(),
  ALLOW_VOLATILE_LEDGER: z.enum(['true', 'false']).default('false').transform((word) => word === 'true'),
})

export type WorkerEnvironment = z.output<typeof shape> & { kafkaSecurity: KafkaSecurity | undefined }

/** The only reader of this package's environment. Names every problem at once and ends the process with exit code 1. */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): WorkerEnvironment {
  const parsed = shape.safeParse(source)
  const { security: kafkaSecurity, problems: kafka } = readKafkaSecurity(source)
  const [database, ingest] = [readDatabaseAddress(source), readDatabaseAddress(source, 'INGEST_')]
  const problems = [...kafka, ...database.problems, ...ingest.problems]
  if (parsed.success && needsIngestLogin(parsed.data.ROLES, ingest.url)) problems.push({ setting: 'INGEST_DATABASE_URL', message: 'is missing: role ingest has a login of its own, livetally_ingest. Name it, or give role ingest a process of its own (ROLES)' })
  if (parsed.success && problems.length === 0) return { ...parsed.data, DATABASE_URL: database.url ?? parsed.data.DATABASE_URL, INGEST_DATABASE_URL: ingest.url, kafkaSecurity }
  for (const issue of parsed.error?.issues ?? []) console.error(`${issue.path.join('.')}: ${issue.message}`)
  for (const { setting, message } of problems) console.error(`${setting}: ${message}`)
  process.exit(1)
}

const needsIngestLogin = (roles: readonly WorkerRole[], ingestUrl: string | undefined): boolean => roles.includes('ingest') && roles.some((role) => role !== 'ingest') && ingestUrl === undefined

/**
 * The database of the running system, for commands that work as this login: DATABASE_URL, or what a local system noted in
 * LIVETALLY_HOME. Throws a sentence that says what to do.
 */
export async function findDatabaseUrl(login: 'worker' | 'auditor', source: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { url, problems: [problem] } = readDatabaseAddress(source)
  if (problem !== undefined) throw new Error(`${problem.setting}: ${problem.message}`)
  if (url !== undefined) return url
  const noted = z.object({ databaseUrls: z.object({ worker: z.string(), auditor: z.string() }) }).parse(await readRunningFile(source, 'DATABASE_URL'))
  return noted.databaseUrls[login]
}

/** The Kafka of the running system, found alike: KAFKA_BROKERS with TOPIC_PREFIX, or what a local system noted. How to get in is never noted. */
export async function findEventLog(source: NodeJS.ProcessEnv = process.env): Promise<{ brokers: string[], topicPrefix: string, security: KafkaSecurity | undefined }> {
  const { security, problems } = readKafkaSecurity(source)
  if (problems.length > 0) throw new Error(problems.map(({ setting, message }) => `${setting}: ${message}`).join('\n'))
  return { ...await findBrokers(source), security }
}

async function findBrokers(source: NodeJS.ProcessEnv): Promise<{ brokers: string[], topicPrefix: string }> {
  const named = source['KAFKA_BROKERS']
  if (named !== undefined && named !== '') return z.object({ brokers: shape.shape.KAFKA_BROKERS, topicPrefix: shape.shape.TOPIC_PREFIX }).parse({ brokers: named, topicPrefix: source['TOPIC_PREFIX'] })
  const running = z.object({ kafkaBrokers: z.string().nullable(), topicPrefix: z.string() }).parse(await readRunningFile(source, 'KAFKA_BROKERS'))
  if (running.kafkaBrokers === null) throw new Error('The running system has no Kafka: what it could not understand stands in its log.')
  return { brokers: running.kafkaBrokers.split(','), topicPrefix: running.topicPrefix }
}

/** Where the installation's master key is. */
export function findMasterKeySettings(source: NodeJS.ProcessEnv = process.env): { home: string, masterKey: string | undefined } {
  const found = z.object({ home: shape.shape.LIVETALLY_HOME, masterKey: shape.shape.LIVETALLY_MASTER_KEY }).parse({ home: source['LIVETALLY_HOME'], masterKey: source['LIVETALLY_MASTER_KEY'] })
  return { home: found.home, masterKey: found.masterKey }
}

/** Where those who may hand ballots in are registered. */
export function findIngestKeysFile(source: NodeJS.ProcessEnv = process.env): { home: string, keysFile: string | undefined } {
  const found = z.object({ home: shape.shape.LIVETALLY_HOME, keysFile: shape.shape.INGEST_KEYS_FILE }).parse({ home: source['LIVETALLY_HOME'], keysFile: source['INGEST_KEYS_FILE'] })
  return { home: found.home, keysFile: found.keysFile }
}

async function readRunningFile(source: NodeJS.ProcessEnv, setting: string): Promise<unknown> {
  const file = join(source['LIVETALLY_HOME'] ?? '.livetally', 'running.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new Error(`No running system was found: there is no ${file}. Start one with "npm start", or set ${setting}.`)
  return JSON.parse(text)
}
