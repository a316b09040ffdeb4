import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from './database.js'
import { isAboutTheServer } from './server-errors.js'
import { createStoreUnderTest, type StoreUnderTest } from '../store-under-test.js'
import { allowLongTransaction, definitionTransaction } from './transaction-time.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

describe('a process whose connection to Postgres dies', () => {
  test('in the middle of a transaction goes on with another connection', async () => {
    await using database = await openDatabase({ databaseUrl: store.urlOf('worker'), role: 'worker', applicationName: 'dying' })
    const client = await database.pool.connect()
    await client.query('BEGIN')
    const { rows: [backend] } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    // Heard while no query is under way: without a listener of its own the event would end the process.
    const gone = new Promise((resolve) => { client.once('end', resolve) })
    await store.owner.query('SELECT pg_terminate_backend($1, 5000)', [backend?.pid])
    await gone
    const failure: unknown = await client.query('SELECT 1').catch((error: unknown) => error)
    client.release(true)
    expect(isAboutTheServer(failure)).toBe(true)
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })
})

describe('a connection on which Postgres keeps silent', () => {
  const silent = () => openDatabase({ databaseUrl: store.urlOf('worker'), role: 'worker', applicationName: 'silent', silenceLimitMs: 300 })

  test('is given up together with those that lie idle beside it, and others take their place', async () => {
    await using database = await silent()
    const clients = await Promise.all([database.pool.connect(), database.pool.connect()])
    for (const client of clients) client.release()
    expect(database.pool.totalCount).toBe(2)
    const failure: unknown = await database.pool.query('SELECT pg_sleep(3)').catch((error: unknown) => error)
    expect(String(failure)).toContain('silent for 300 ms')
    expect(isAboutTheServer(failure)).toBe(true)
    expect(database.pool.totalCount).toBe(0)
    expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  test('is waited for where a transaction may last longer', async () => {
    await using database = await silent()
    const client = await database.pool.connect()
    await client.query('BEGIN')
    await allowLongTransaction(client, '3s')
    expect((await client.query('SELECT 1 AS one, pg_sleep(1)')).rows).toMatchObject([{ one: 1 }])
    await client.query('COMMIT')
    client.release()
  })
})

describe('a transaction that may last longer than others', () => {
  test('outlives the limit of its session, and is still limited', async () => {
    const client = await store.owner.connect()
    const lasting = async (limit: '3s' | '1s') => {
      await client.query('BEGIN')
      await allowLongTransaction(client, limit)
      await client.query('SELECT pg_sleep(1.5)')
      await client.query('COMMIT')
    }
    client.on('error', () => undefined)
    await client.query("SET transaction_timeout = '500ms'")
    await lasting('3s')
    await expect(lasting('1s')).rejects.toThrow(/transaction timeout|terminated/)
    client.release(true)
  })

  test('is given to the definition of an election, which may have ten thousand reporting units', async () => {
    await using database = await openDatabase({ databaseUrl: store.urlOf('api'), role: 'api', applicationName: 'surveyor' })
    const limitOf = (one: { query(text: string): Promise<unknown> }) => one.query('SHOW transaction_timeout')
    const dataSource = await database.orm()
    expect(await definitionTransaction(dataSource, limitOf)).toEqual([{ transaction_timeout: '30s' }])
    expect(await dataSource.transaction(limitOf)).toEqual([{ transaction_timeout: '5s' }])
  })
})
