import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { cacheRoot, readEnvironment } from '../environment.js'
import { LocalFault } from '../fault.js'
import { isPortFree } from '../processes/free-port.js'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js'

const cache = cacheRoot(readEnvironment())
let folder = ''
let postgres: EmbeddedPostgres | undefined

beforeAll(async () => {
  // Mode 0700, as a clone below somebody's private folder would be.
  folder = await mkdtemp(join(tmpdir(), 'livetally-postgres-'))
})
afterEach(async () => {
  await postgres?.stop()
  postgres = undefined
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('what Postgres acknowledged is there after its processes were killed and started again on the same port', async () => {
  const own = await startEmbeddedPostgres({ dataFolder: join(folder, 'killed'), cache })
  postgres = own
  await ask(own.url, 'CREATE TABLE ballots AS SELECT generate_series(1, 1000) AS seq')
  const before = own.pid()
  await own.kill()
  expect(own.pid()).toBeUndefined()
  await own.start()
  expect(own.pid()).not.toBe(before)
  expect(await ask(own.url, 'SELECT count(*)::int AS n FROM ballots')).toEqual([{ n: 1000 }])
})

test('a vote is on disk before it is acknowledged: fsync, full_page_writes and synchronous_commit are on', async () => {
  const own = await startEmbeddedPostgres({ dataFolder: join(folder, 'killed'), cache })
  postgres = own
  const settings = await ask(own.url, "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name")
  expect(settings).toEqual(['fsync', 'full_page_writes', 'synchronous_commit'].map((name) => ({ name, setting: 'on' })))
  await expect(ask(own.url.replace(/:[^:@/]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password authentication failed/)
})

test('a stale postmaster.pid with the number of a living stranger does not keep Postgres from starting', async () => {
  const dataFolder = join(folder, 'killed')
  await using first = await startEmbeddedPostgres({ dataFolder, cache })
  const { port } = first
  const pidFile = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')
  await first.kill()
  await writeFile(join(dataFolder, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)))
  postgres = await startEmbeddedPostgres({ dataFolder, cache })
  expect(await ask(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(await isPortFree(port)).toBe(true)
})

test('a Postgres that was left behind is ended before a new one takes over its data', async () => {
  const dataFolder = join(folder, 'killed')
  await using left = await startEmbeddedPostgres({ dataFolder, cache })
  postgres = await startEmbeddedPostgres({ dataFolder, cache })
  expect(left.pid()).toBeUndefined()
  expect(await ask(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a damaged data folder is explained in one sentence', async () => {
  const dataFolder = join(folder, 'damaged')
  await using own = await startEmbeddedPostgres({ dataFolder, cache })
  await own.stop()
  await writeFile(join(dataFolder, 'global', 'pg_control'), 'nonsense')
  const failure = await startEmbeddedPostgres({ dataFolder, cache }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(LocalFault)
  expect(String(failure)).toMatch(/data folder .*damaged is damaged \(.+\): restore a backup, or begin anew/)
  expect(String(failure)).not.toContain('\n')
})

test('a folder that holds something else is left alone and named', async () => {
  const dataFolder = join(folder, 'holiday')
  await mkdir(dataFolder)
  await writeFile(join(dataFolder, 'photo.jpg'), 'a beach')
  await expect(startEmbeddedPostgres({ dataFolder, cache })).rejects.toThrow(/holiday is not a Postgres data folder/)
  expect(await readFile(join(dataFolder, 'photo.jpg'), 'utf8')).toBe('a beach')
})
