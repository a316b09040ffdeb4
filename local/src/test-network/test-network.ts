import { openTokens, type Tokens } from '@livetally/api/auth'
import { createKafkaEventLog, ensureTopics } from '@livetally/core/events'
import type { DatabaseRole } from '@livetally/core/store'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { deleteTopics, listTopics } from '../kafka/index.js'
import { createCleanup, type Cleanup } from '../processes/cleanup.js'
import type { EntryName } from '../project-root.js'
import { openStream, postGraphql, type Stream, type Variables } from './graphql-client.js'
import { planRoles, type NetworkRole, type RoleCount, type Settings } from './network-roles.js'
import { runCommand, type CommandResult } from '../processes/run-command.js'
import { sharedServers, type TestServers } from './servers.js'
import { createSuiteDatabase, dropSuiteDatabase } from './suite-database.js'
import { testLoginUrl } from './test-logins.js'

export type TestNetworkOptions = {
  /** Names the suite's database and topics, so that leftovers and logs can be told apart. */
  suite: string
  /** Default 1. */
  apis?: RoleCount
  /** Default 1. */
  workers?: RoleCount
  /** Settings for every process of the network. */
  env?: Settings
  /** Servers other than the run's common ones: from `startOwnPostgres`, `startOwnKafka`, or anybody's. */
  servers?: Partial<TestServers>
  /** Each API has a spare beside it, as in `npm start`: a process that has loaded its code and is called when the first one dies. */
  keepsSpareApis?: boolean
}

/** Who asks (default nobody), and which of the APIs is asked (default the first). */
export type AskOptions = { token?: string, api?: number }

export type TestNetwork = {
  readonly apis: readonly NetworkRole[]
  readonly workers: readonly NetworkRole[]
  readonly tokens: { readonly manager: string, readonly ingest: string }
  /** Issues tokens as the system itself does. */
  readonly issueToken: Tokens['issue']
  readonly issueVoterToken: Tokens['issueVoter']
  /** On the suite's database, as its owner. */
  readonly pool: Pool
  /** Of the suite's database, as its owner. */
  readonly databaseUrl: string
  /** The same as processes of a kind come. */
  readonly urlOf: (role: DatabaseRole) => string
  readonly kafkaBrokers: readonly string[]
  readonly topicPrefix: string
  /** The suite's LIVETALLY_HOME, with the logs of its processes. */
  readonly home: string
  readonly graphql: <Data = Record<string, unknown>>(document: string, variables?: Variables, options?: AskOptions) => Promise<Data>
  readonly subscribe: <Data = Record<string, unknown>>(document: string, variables?: Variables, options?: AskOptions) => Stream<Data>
  /** Runs a command of the project against this network, as a manager unless `env` says otherwise. */
  readonly run: (command: EntryName, args: readonly string[], env?: Settings) => Promise<CommandResult>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** The whole of LiveTally for one suite: its own database, topics and keys, and real processes. All are ready when it resolves. */
export async function createTestNetwork(options: TestNetworkOptions): Promise<TestNetwork> {
  const cleanup = createCleanup()
  try {
    return await assemble(options, cleanup)
  } catch (error) {
    await cleanup[Symbol.asyncDispose]().catch(() => undefined)
    throw error
  }
}

async function assemble({ suite, apis = 1, workers = 1, env = {}, servers, keepsSpareApis }: TestNetworkOptions, cleanup: Cleanup): Promise<TestNetwork> {
  const { postgresUrl, kafkaBrokers } = isComplete(servers) ? servers : { ...(await sharedServers()), ...servers }
  const name = `suite_${suite.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').slice(0, 30)}_${randomBytes(3).toString('hex')}`
  const home = await mkdtemp(join(tmpdir(), `livetally-${name}-`))
  cleanup.defer(() => rm(home, { recursive: true, force: true, maxRetries: 3 }))
  const databaseUrl = await suiteDatabase(postgresUrl, name, cleanup)
  const topicPrefix = await suiteTopics(kafkaBrokers, name, cleanup)
  const masterKey = randomBytes(32)
  const settings = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    KAFKA_BROKERS: kafkaBrokers.join(','),
    TOPIC_PREFIX: topicPrefix,
    LIVETALLY_HOME: home,
    LIVETALLY_MASTER_KEY: masterKey.toString('base64'),
  }
  const urlOf = (role: DatabaseRole): string => testLoginUrl(databaseUrl, role)
  const [apiRoles, workerRoles] = [
    await planRoles({ role: 'api', count: apis, settings: { ...settings, DATABASE_URL: urlOf('api'), ...env }, folder: home, keepsSpare: keepsSpareApis }),
    await planRoles({ role: 'workers', count: workers, settings: { ...settings, DATABASE_URL: urlOf('worker'), INGEST_DATABASE_URL: urlOf('ingest'), ...env }, folder: home }),
  ]
  cleanup.defer(() => Promise.all([...apiRoles, ...workerRoles].map((role) => role[Symbol.asyncDispose]())))
  const pool = suitePool(databaseUrl, cleanup)
  const { tokens: { issue, issueVoter } } = cleanup.use(await openTokens({ databaseUrl: urlOf('api'), home, masterKey: masterKey.toString('base64') }))
  const tokens = { manager: await issue({ role: 'MANAGER' }), ingest: await issue({ role: 'INGEST' }) }
  await Promise.all([...apiRoles, ...workerRoles].map((role) => role.start()))

  const streams = new Set<Stream<unknown>>()
  cleanup.defer(() => Promise.all([...streams].map((stream) => stream.close())))
  const addressOf = (index: number) => {
    const api = apiRoles[index]
    if (api === undefined) throw new Error(`This network has no API number ${index}`)
    return api.url
  }
  return {
    apis: apiRoles,
    workers: workerRoles,
    tokens,
    issueToken: issue,
    issueVoterToken: issueVoter,
    pool,
    databaseUrl,
    urlOf,
    kafkaBrokers,
    topicPrefix,
    home,
    graphql: (document, variables = {}, { token, api = 0 } = {}) => postGraphql(addressOf(api), document, variables, token),
    subscribe: <Data>(document: string, variables: Variables = {}, { token, api = 0 }: AskOptions = {}) => {
      const stream = openStream<Data>(addressOf(api), document, variables, token)
      streams.add(stream)
      return stream
    },
    run: (command, args, own = {}) =>
      runCommand(command, args, { ...settings, ...databaseOf(command, databaseUrl), ...env, LIVETALLY_URL: apiRoles[0]?.url ?? '', LIVETALLY_TOKEN: tokens.manager, ...own }),
    [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose](),
  }
}

/** Which commands come to the database, and as whom. */
function databaseOf(command: EntryName, ownerUrl: string): Settings {
  switch (command) {
    case 'migrate': return { DATABASE_URL: ownerUrl }
    case 'token': return { DATABASE_URL: testLoginUrl(ownerUrl, 'api') }
    case 'recount': return { DATABASE_URL: testLoginUrl(ownerUrl, 'auditor') }
    case 'rebuild': return { DATABASE_URL: testLoginUrl(ownerUrl, 'worker') }
    default: return {}
  }
}

function isComplete(servers: Partial<TestServers> | undefined): servers is TestServers {
  return servers?.postgresUrl !== undefined && servers.kafkaBrokers !== undefined
}

async function suiteDatabase(postgresUrl: string, name: string, cleanup: Cleanup): Promise<string> {
  const databaseUrl = await createSuiteDatabase(postgresUrl, name)
  cleanup.defer(() => dropSuiteDatabase(postgresUrl, name))
  return databaseUrl
}

async function suiteTopics(brokers: readonly string[], name: string, cleanup: Cleanup): Promise<string> {
  const topicPrefix = `${name}.`
  cleanup.defer(async () => deleteTopics(brokers, await listTopics(brokers, topicPrefix)))
  await using log = createKafkaEventLog({ brokers: [...brokers], topicPrefix, clientId: `${name}-setup` })
  await ensureTopics(log)
  return topicPrefix
}

function suitePool(databaseUrl: string, cleanup: Cleanup): Pool {
  const pool = new Pool({ connectionString: databaseUrl, max: 4 })
  pool.on('error', () => undefined)
  cleanup.defer(() => pool.end())
  return pool
}
