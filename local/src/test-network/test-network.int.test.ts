import { stat } from 'node:fs/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive } from '../processes/running-process.js'
import type { EmbeddedPostgres } from '../postgres/index.js'
import { createTestNetwork, GraphqlFailure, listTopics, sharedServers, startOwnPostgres, withDatabase } from './index.js'

/** Its own: others make databases on the common one meanwhile. */
let postgres: EmbeddedPostgres
beforeAll(async () => { postgres = await startOwnPostgres() })
afterAll(async () => { await postgres[Symbol.asyncDispose]() })

async function databases(): Promise<string[]> {
  const client = new Client({ connectionString: withDatabase(postgres.url, 'postgres') })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database')
    return rows.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

const slugs = '{ elections(first: 5) { nodes { slug } } }'

test('two suites have databases, topics and processes of their own, and leave nothing behind', async () => {
  const { kafkaBrokers } = await sharedServers()
  const servers = { postgresUrl: postgres.url }
  const before = await databases()
  const pids: number[] = []
  {
    await using one = await createTestNetwork({ suite: 'One of two', servers })
    await using other = await createTestNetwork({ suite: 'Other of two', apis: 2, workers: 0, servers })
    expect(one.databaseUrl).not.toBe(other.databaseUrl)
    expect(one.topicPrefix).not.toBe(other.topicPrefix)
    expect(await listTopics(kafkaBrokers, one.topicPrefix)).toContain(`${one.topicPrefix}ballots`)
    expect(await one.graphql(slugs)).toEqual({ elections: { nodes: [] } })
    expect(await other.graphql(slugs, {}, { api: 1 })).toEqual({ elections: { nodes: [] } })
    for (const { pid } of [...one.apis, ...one.workers, ...other.apis]) pids.push(pid() ?? 0)
    expect(pids.filter(isAlive)).toHaveLength(4)
  }
  expect(pids.filter(isAlive)).toEqual([])
  expect((await databases()).filter((name) => !before.includes(name) && name !== 'livetally_template')).toEqual([])
  for (const suite of ['suite_one_of_two_', 'suite_other_of_two_']) expect(await listTopics(kafkaBrokers, suite)).toEqual([])
})

test('a process that was killed is started again at the same address', async () => {
  await using network = await createTestNetwork({ suite: 'killed', workers: 0 })
  const [api] = network.apis
  const pid = api?.pid()
  await api?.kill()
  await expect(network.graphql(slugs)).rejects.toThrow(/fetch failed/)
  await api?.start()
  expect(api?.pid()).not.toBe(pid)
  expect(await network.graphql(slugs)).toEqual({ elections: { nodes: [] } })
})

test('what the API refuses is thrown with its code', async () => {
  await using network = await createTestNetwork({ suite: 'refused', workers: 0 })
  const failure = await network.graphql('{ nothingOfThisName }').catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(GraphqlFailure)
  expect(failure).toHaveProperty('message', expect.stringContaining('nothingOfThisName'))
})

test('a process that cannot start is reported with the end of its log, and what was made for the suite is removed', async () => {
  const before = await databases()
  const failure = await createTestNetwork({ suite: 'broken', servers: { postgresUrl: postgres.url }, env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' } }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Error)
  expect(String(failure)).toMatch(/(api|workers) 0 .*The end of its log:/s)
  expect((await databases()).filter((name) => !before.includes(name) && name !== 'livetally_template')).toEqual([])
})

test('the folder of a suite is gone when the suite is over', async () => {
  let home = ''
  {
    await using network = await createTestNetwork({ suite: 'folder', apis: 0, workers: 0 })
    home = network.home
    expect((await stat(home)).isDirectory()).toBe(true)
  }
  await expect(stat(home)).rejects.toThrow(/ENOENT/)
})
