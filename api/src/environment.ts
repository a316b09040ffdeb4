import { readKafkaSecurity, type KafkaSecurity, type SettingProblem } from '@livetally/core/events'
import { readDatabaseAddress } from '@livetally/core/store'
import { MOST_IN_BATCH } from '@livetally/core/voting'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readTrustedProxies } from './server/client-address.js'
import { readAllowedOrigins } from './server/cross-origin.js'
import { DEFAULT_LIMITS, type ApiSettings } from './settings.js'

const flag = z.enum(['true', 'false']).default('false').transform((word) => word === 'true')

/** A setting that is more than a word: `read` knows it, or gives undefined. */
const readBy = <Read>(read: (text: string) => Read | undefined, fallback: string, message: string) => z.string().default(fallback).transform((text, context) => {
  const value = read(text)
  if (value !== undefined) return value
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})
const proxies = readBy(readTrustedProxies, 'false', 'must be false, the number of proxies in front (at most 16), or their addresses and networks, such as 10.0.0.7,10.1.0.0/16')
const origins = readBy(readAllowedOrigins, '*', 'must be *, none, or origins such as https://results.example,https://press.example')
const number = (fallback: number, least = 1) => z.coerce.number().int().min(least).default(fallback)

const shared = z.object({
  LIVETALLY_HOME: z.string().min(1).default('.livetally'),
  LIVETALLY_MASTER_KEY: z.string().optional(),
})

const shape = shared.extend({
  DATABASE_URL: z.string({ error: 'is missing: the address of Postgres, such as postgres://livetally_api:password@localhost:5432/livetally' }).min(1),
  DATABASE_PASSWORD_FILE: z.string().optional(),
  KAFKA_BROKERS: z.string().optional().transform((text) => (text ?? '').split(',').map((broker) => broker.trim()).filter((broker) => broker !== '')),
  TOPIC_PREFIX: z.string().default('livetally.'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  METRICS_HOST: z.string().min(1).default('127.0.0.1'),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ALLOW_VOLATILE_LEDGER: flag,
  STAND_BY: flag,
  TRUST_PROXY: proxies,
  ALLOWED_ORIGINS: origins,
  HSTS_SECONDS: z.coerce.number().int().min(0).max(63_072_000).default(0),
  CAST_TRANSACTIONS: number(DEFAULT_LIMITS.castTransactions),
  CAST_BATCH: z.coerce.number().int().min(1).max(MOST_IN_BATCH, `must be at most ${MOST_IN_BATCH}: whoever counts has to take the ballots of a transaction all at once`).default(DEFAULT_LIMITS.castBatch),
  CAST_WAITING: number(DEFAULT_LIMITS.castWaiting),
  REQUESTS_PER_MINUTE: number(DEFAULT_LIMITS.requestsPerMinute),
  SIGN_IN_FAILURES_PER_MINUTE: number(DEFAULT_LIMITS.signInFailuresPerMinute),
  SUBSCRIPTIONS_PER_CONNECTION: number(DEFAULT_LIMITS.subscriptionsPerConnection),
  CONNECTIONS_PER_ADDRESS: number(DEFAULT_LIMITS.connectionsPerAddress),
  CONNECTIONS: number(DEFAULT_LIMITS.connections),
  HANDSHAKES_PER_MINUTE: number(DEFAULT_LIMITS.handshakesPerMinute),
  HTTP_CONNECTIONS_PER_ADDRESS: number(DEFAULT_LIMITS.httpConnectionsPerAddress),
  HTTP_CONNECTIONS: number(DEFAULT_LIMITS.httpConnections),
})

export interface ApiEnvironment { settings: ApiSettings, brokers: string[], kafkaSecurity: KafkaSecurity | undefined, topicPrefix: string, logLevel: string, standsBy: boolean }

/** Reads the settings of an API process; names every wrong one at once and ends the process with code 1. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): ApiEnvironment {
  const kafka = readKafkaSecurity(env)
  const database = readDatabaseAddress(env)
  const found = parse(shape, env, [...kafka.problems, ...database.problems])
  return {
    brokers: found.KAFKA_BROKERS,
    kafkaSecurity: kafka.security,
    topicPrefix: found.TOPIC_PREFIX,
    logLevel: found.LOG_LEVEL,
    standsBy: found.STAND_BY,
    settings: {
      databaseUrl: database.url ?? found.DATABASE_URL,
      home: found.LIVETALLY_HOME,
      ...(found.LIVETALLY_MASTER_KEY === undefined ? {} : { masterKey: found.LIVETALLY_MASTER_KEY }),
      host: found.HOST,
      port: found.PORT,
      metricsHost: found.METRICS_HOST,
      metricsPort: found.METRICS_PORT,
      usesKafka: found.KAFKA_BROKERS.length > 0,
      allowVolatileLedger: found.ALLOW_VOLATILE_LEDGER,
      trustProxy: found.TRUST_PROXY,
      allowedOrigins: found.ALLOWED_ORIGINS,
      hstsSeconds: found.HSTS_SECONDS,
      limits: {
        castTransactions: found.CAST_TRANSACTIONS,
        castBatch: found.CAST_BATCH,
        castWaiting: found.CAST_WAITING,
        requestsPerMinute: found.REQUESTS_PER_MINUTE,
        signInFailuresPerMinute: found.SIGN_IN_FAILURES_PER_MINUTE,
        subscriptionsPerConnection: found.SUBSCRIPTIONS_PER_CONNECTION,
        connectionsPerAddress: found.CONNECTIONS_PER_ADDRESS,
        connections: found.CONNECTIONS,
        handshakesPerMinute: found.HANDSHAKES_PER_MINUTE,
        httpConnectionsPerAddress: found.HTTP_CONNECTIONS_PER_ADDRESS,
        httpConnections: found.HTTP_CONNECTIONS,
      },
    },
  }
}

export interface TokenEnvironment { home: string, masterKey: string | undefined, databaseUrl: string }

/** The little that tokens need; the database is that of `npm start` where none is named. Throws a sentence where there is none. */
export async function readTokenEnvironment(env: NodeJS.ProcessEnv = process.env): Promise<TokenEnvironment> {
  const { url, problems } = readDatabaseAddress(env)
  const { LIVETALLY_HOME: home, LIVETALLY_MASTER_KEY: masterKey } = parse(shared, env, problems)
  if (url !== undefined) return { home, masterKey, databaseUrl: url }
  const file = join(home, 'running.json')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new Error(`No running system was found: there is no ${file}. Start one with "npm start", or set DATABASE_URL.`)
  return { home, masterKey, databaseUrl: z.object({ databaseUrls: z.object({ api: z.string() }) }).parse(JSON.parse(text)).databaseUrls.api }
}

function parse<Shape extends z.ZodType>(wanted: Shape, env: NodeJS.ProcessEnv, more: readonly SettingProblem[] = []): z.output<Shape> {
  const parsed = wanted.safeParse(env)
  if (parsed.success && more.length === 0) return parsed.data
  const problems = [...(parsed.error?.issues ?? []).map(({ path, message }) => ({ setting: path.join('.'), message })), ...more]
  for (const { setting, message } of problems) process.stderr.write(`${setting}: ${message}\n`)
  process.exit(1)
}
