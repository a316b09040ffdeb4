import { createKafkaEventLog, ensureTopics } from '@livetally/core/events'
import { DATABASE_ROLES, migrate } from '@livetally/core/store'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../../core/src/store/database/migrations/index.js'
import { deleteTopics, listTopics } from '../kafka/index.js'
import { keepPassword } from '../logins/password-folder.js'
import { eventually } from '../processes/eventually.js'
import { freePort } from '../processes/free-port.js'
import { createRoleProcess, type RoleProcess } from '../processes/role-process.js'
import { runCommand } from '../processes/run-command.js'
import { entries } from '../project-root.js'
import { launch } from '../start/launcher-under-test.js'
import { createSuiteDatabase, dropSuiteDatabase } from '../test-network/suite-database.js'
import { sharedServers, withDatabase, type TestServers } from '../test-network/servers.js'
import { TEST_PASSWORDS, testLoginUrl } from '../test-network/test-logins.js'

const name = `suite_admission_${randomBytes(3).toString('hex')}`
const masterKey = randomBytes(32).toString('base64')
/** The newest migration that comes before a process asks whether it may start. */
const BEFORE = 'SealBoxes1763800152000'

let servers: TestServers
let owner: Client
let home = ''
let ownerUrl = ''
let settings: Record<string, string> = {}
const started: RoleProcess[] = []

beforeAll(async () => {
  servers = await sharedServers()
  // The server knows the logins from another database on it.
  await createSuiteDatabase(servers.postgresUrl, `${name}_first`)
  await dropSuiteDatabase(servers.postgresUrl, `${name}_first`)
  const server = new Client({ connectionString: withDatabase(servers.postgresUrl, 'postgres') })
  await server.connect()
  await server.query(`CREATE DATABASE ${name}`)
  await server.end()
  home = await mkdtemp(join(tmpdir(), `livetally-${name}-`))
  ownerUrl = withDatabase(servers.postgresUrl, name)
  settings = {
    NODE_ENV: 'test', LOG_LEVEL: 'info', KAFKA_BROKERS: servers.kafkaBrokers.join(), TOPIC_PREFIX: `${name}.`, LIVETALLY_HOME: home, LIVETALLY_MASTER_KEY: masterKey,
  }
  await using log = createKafkaEventLog({ brokers: [...servers.kafkaBrokers], topicPrefix: `${name}.`, clientId: name })
  await ensureTopics(log)
  owner = new Client({ connectionString: ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await Promise.all(started.map((role) => role[Symbol.asyncDispose]()))
  await owner.end()
  await deleteTopics(servers.kafkaBrokers, await listTopics(servers.kafkaBrokers, `${name}.`))
  await dropSuiteDatabase(servers.postgresUrl, name)
  await rm(home, { recursive: true, force: true, maxRetries: 3 })
})

/** Of a release to come. */
class TeachBallotsToFly1999999999999 {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}

/** Where a process answers everybody, and where those who look after it. */
interface Begun { url: string, metricsUrl: string }

/** A process of a role, which nobody waits for. */
async function begin(role: 'api' | 'workers', changes: Record<string, string> = {}): Promise<Begun> {
  const [port, metricsPort] = [String(await freePort()), String(await freePort())]
  const login = role === 'api' ? 'api' : changes['ROLES'] === 'ingest' ? 'ingest' : 'worker'
  const process = createRoleProcess({ name: role, entry: entries[role], env: { ...settings, DATABASE_URL: testLoginUrl(ownerUrl, login), ...role === 'api' ? { PORT: port, METRICS_PORT: metricsPort } : { WORKER_PORT: port }, ...changes }, logFile: join(home, `${role}-${port}.log`) })
  started.push(process)
  await process.start()
  const url = `http://127.0.0.1:${port}`
  return { url, metricsUrl: role === 'api' ? `http://127.0.0.1:${metricsPort}` : url }
}

const answerOf = async (url: string, path: string, init: RequestInit = {}): Promise<{ status: number, text: string }> => {
  const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(3_000) })
  return { status: response.status, text: await response.text() }
}
/** Waits until it says, with status 503, that it is not ready, and these words of why. */
const notReady = ({ metricsUrl }: Begun, why: string) => eventually(async () => {
  const { status, text } = await answerOf(metricsUrl, '/readyz')
  return status === 503 && text.includes(why)
}, { limitMs: 30_000, what: `${metricsUrl} not to be ready: ${why}` })
const ready = ({ url }: Begun) => eventually(async () => (await answerOf(url, '/readyz')).status === 200, { limitMs: 30_000, what: `${url} to be ready` })

const SIGN_IN = { query: 'mutation { signInWithVotingCode(electionId: "e1", code: "AAAA-BBBB-CCCC") { token } }' }
const CAST = { query: 'mutation { castVote(input: { electionId: "e1", idempotencyKey: "1b671a64-40d5-491e-99b0-da01ff1f3341", selections: [] }) { __typename } }' }
const ask = async ({ url }: Begun, body: { query: string }) => answerOf(url, '/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** Who looks after it hears why, and everybody else that it is not available. */
async function expectUnavailable(begun: Begun, why: string): Promise<void> {
  expect((await answerOf(begun.metricsUrl, '/readyz')).text).toContain(why)
  expect((await answerOf(begun.url, '/livez')).status, 'it lives').toBe(200)
  expect(await answerOf(begun.url, '/readyz')).toEqual({ status: 503, text: '{"status":"DOWN"}' })
  for (const request of [SIGN_IN, CAST]) {
    const { status, text } = await ask(begun, request)
    expect([status, JSON.parse(text)]).toMatchObject([503, { errors: [{ message: expect.stringContaining('LiveTally is not available yet') as string, extensions: { code: 'UNAVAILABLE' } }] }])
    expect(text).not.toContain(why)
  }
}

describe('API and workers on a database that is not the one that they know', () => {
  test('are not ready while it is empty, of an earlier or of a later release, say so with the command, and begin by themselves once it is right', async () => {
    const [api, workers] = [await begin('api'), await begin('workers', { ROLES: 'relay,tabulator,publisher' })]
    const empty = 'The database is empty: run \\"npm run migrate\\"'
    await notReady(api, empty)
    await notReady(workers, empty.replaceAll('\\', ''))
    await expectUnavailable(api, 'The database is empty')

    await migrate(ownerUrl, { upTo: BEFORE })
    await Promise.all([api, workers].map((url) => notReady(url, 'The database is of an earlier release than this one')))
    await expectUnavailable(api, 'npm run migrate')

    await migrate(ownerUrl, { migrations: [TeachBallotsToFly1999999999999, ...MIGRATIONS] })
    await Promise.all([api, workers].map((url) => notReady(url, 'This release of LiveTally is older than the database, which has gone through TeachBallotsToFly1999999999999')))
    await expectUnavailable(api, 'older than the database')
    const { code, stderr } = await runCommand('migrate', [], { ...settings, DATABASE_URL: ownerUrl })
    expect([code, stderr]).toEqual([1, expect.stringContaining('This release of LiveTally is older than the database')])

    await owner.query(`DELETE FROM migration WHERE name LIKE 'TeachBallots%'`)
    expect(await runCommand('migrate', [], { ...settings, DATABASE_URL: ownerUrl })).toEqual({ code: 0, stdout: 'Tables and topics are up to date.\n', stderr: '' })
    await Promise.all([ready(api), ready(workers)])
    expect(JSON.parse((await ask(api, { query: '{ __typename }' })).text)).toEqual({ data: { __typename: 'Query' } })
  })

  test('with another master key: voters and sources hear that it is not available, never that their code is not known', async () => {
    const other = { LIVETALLY_MASTER_KEY: randomBytes(32).toString('base64') }
    const [api, workers] = [await begin('api', other), await begin('workers', { ...other, ROLES: 'ingest' })]
    const why = 'set up with another master key than the one in LIVETALLY_MASTER_KEY'
    await Promise.all([api, workers].map((url) => notReady(url, why)))
    await expectUnavailable(api, why)
  })

  test('with the right key in a file of a new folder, which is not there: the file is named', async () => {
    const elsewhere = join(home, 'elsewhere')
    const api = await begin('api', { LIVETALLY_HOME: elsewhere, LIVETALLY_MASTER_KEY: '' })
    await notReady(api, `than the one in ${join(elsewhere, 'master.key')}`)
  })
})

test('npm start says so in a sentence, and ends', async () => {
  const folder = join(home, 'npm-start')
  for (const role of DATABASE_ROLES) await keepPassword(join(folder, 'logins'), role, TEST_PASSWORDS[role])
  await using launcher = launch({ ...settings, DATABASE_URL: ownerUrl, LIVETALLY_HOME: folder, LIVETALLY_MASTER_KEY: '', PORT: String(await freePort()), HOST: '127.0.0.1' }, ['--no-demo'])
  expect(await launcher.exited).toBe(1)
  expect(launcher.lines().join('\n')).toContain(`This database was set up with another master key than the one in ${join(folder, 'master.key')}`)
})

test('a folder of passwords that are not those of the server changes none of them', async () => {
  const folder = join(home, 'other-logins')
  const { code, stderr } = await runCommand('migrate', [], { ...settings, DATABASE_URL: ownerUrl, LOGINS_FOLDER: folder })
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^livetally_api of this server has another password than the one given.*--new-passwords\.\n$/)])
})

test('a process that is told to come as the owner ends with a sentence, and so does one that runs two kinds of work by one login', async () => {
  const port = String(await freePort())
  const { code, stderr, stdout } = await runCommand('api', [], { ...settings, DATABASE_URL: ownerUrl, PORT: port })
  expect([code, stderr + stdout]).toEqual([1, expect.stringContaining('an owner or administrator: whoever takes the process over could do all of that, too. Give it livetally_api')])
  expect(await runCommand('workers', [], { ...settings, DATABASE_URL: testLoginUrl(ownerUrl, 'worker') })).toMatchObject({ code: 1, stderr: expect.stringContaining('INGEST_DATABASE_URL: is missing: role ingest has a login of its own') as string })
})
