import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createBallotLedger } from './ballot-ledger.js'
import { createLedgerConnection } from './ledger-connection.js'
import { isAboutTheServer, LedgerTimeoutError } from '../database/server-errors.js'
import { castRow, createStoreUnderTest, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'
import { voterKeyOf } from './voter-key.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

/** Stands between a client and Postgres, and can stop passing on what is said while both sockets stay open. */
interface Line { url: string, opened: number, isSilent: boolean, isCutAfterRequest: boolean, close(): Promise<void> }

async function openLine(databaseUrl: string): Promise<Line> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const line: Line = { url: '', opened: 0, isSilent: false, isCutAfterRequest: false, close: async () => undefined }
  const server: Server = createServer((client) => {
    line.opened += 1
    const postgres = connect({ host: target.hostname, port: Number(target.port) })
    for (const socket of [client, postgres]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => { client.destroy(); postgres.destroy() })
    }
    client.on('data', (data) => { if (!line.isSilent) postgres.write(data) })
    postgres.on('data', (data) => {
      if (line.isCutAfterRequest) client.destroy()
      else if (!line.isSilent) client.write(data)
    })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  line.url = url.href
  line.close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => { server.close(resolve) })
  }
  return line
}

let line: Line
beforeEach(async () => { line = await openLine(store.api.databaseUrl) })
afterEach(() => line.close())

const connection = (timeoutMs: number) => createLedgerConnection({ ...store.api, databaseUrl: line.url }, 'test-line', timeoutMs)

describe('a connection to the ledger', () => {
  test('is kept for the next call', async () => {
    await using ledger = connection(5_000)
    const pids = [await ledger.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' }), await ledger.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' })]
    expect(pids[0]).toEqual(pids[1])
    expect(line.opened).toBe(1)
  })

  test('that does not answer is destroyed after its limit, and the next call takes a new one', async () => {
    await using ledger = connection(400)
    await ledger.query({ text: 'SELECT 1' })
    line.isSilent = true
    const began = performance.now()
    const error = await ledger.query({ text: 'SELECT 1' }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(LedgerTimeoutError)
    expect(isAboutTheServer(error)).toBe(true)
    expect(performance.now() - began).toBeLessThan(3_000)
    line.isSilent = false
    expect(await ledger.query({ text: 'SELECT 2 AS two' })).toEqual([{ two: 2 }])
    expect(line.opened).toBe(2)
  })

  test('to a server that takes the call and never says a word fails in time as well', async () => {
    line.isSilent = true
    await using ledger = connection(400)
    const error = await ledger.query({ text: 'SELECT 1' }).catch((caught: unknown) => caught)
    expect(isAboutTheServer(error)).toBe(true)
  })

  test('whose work lasts longer than the limit is given up', async () => {
    await using ledger = connection(300)
    await expect(ledger.query({ text: 'SELECT pg_sleep(4)' })).rejects.toBeInstanceOf(LedgerTimeoutError)
    expect(await ledger.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }])
  })

  test('that an operator cuts in the middle of a call is replaced at the next one, however soon that comes', async () => {
    await using ledger = connection(5_000)
    const [{ pid } = { pid: 0 }] = await ledger.query<{ pid: number }>({ text: 'SELECT pg_backend_pid() AS pid' })
    const again = ledger.query({ text: 'SELECT pg_sleep(4)' }).catch((error: unknown) => {
      expect(isAboutTheServer(error)).toBe(true)
      return ledger.query({ text: 'SELECT 1 AS one' })
    })
    await store.owner.query('SELECT pg_terminate_backend($1, 5000)', [pid])
    expect(await again).toEqual([{ one: 1 }])
    expect(line.opened).toBe(2)
  })

  test('goes on after a statement that the database refused', async () => {
    await using ledger = connection(5_000)
    const error = await ledger.query({ text: 'SELECT 1 / 0' }).catch((caught: unknown) => caught)
    expect(isAboutTheServer(error)).toBe(false)
    expect(await ledger.query({ text: 'SELECT 1 AS one' })).toEqual([{ one: 1 }])
    expect(line.opened).toBe(1)
  })

  test('is closed when it is not needed any more, also before it was ever used', async () => {
    const ledger = connection(1_000)
    await ledger[Symbol.asyncDispose]()
    expect(line.opened).toBe(0)
  })
})

test('a ballot whose answer was lost is accepted once: calling again gives the same receipt', async () => {
  const election = await store.openElection()
  await using ledger = createBallotLedger({ ...store.api, databaseUrl: line.url })
  await ledger.castBatch(election.key, 0, [castRow(election, 'somebody before')])
  const row = castRow(election, 'Anna')
  line.isCutAfterRequest = true
  const lost = await ledger.castBatch(election.key, 0, [row]).catch((error: unknown) => error)
  expect(isAboutTheServer(lost)).toBe(true)
  line.isCutAfterRequest = false
  expect(await ledger.castBatch(election.key, 0, [row])).toEqual([{ verdict: 'EXISTS', keyHash: row.keyHash, sealedReceipt: row.sealedReceipt }])
  expect((await ledger.heads(election.key))[0]?.nextSeq).toBe(2)
})

test('a voter whose first call still holds its locks waits for it and hears its outcome', async () => {
  const election = await store.openElection()
  const row = castRow(election, 'Bert')
  const holder = await store.owner.connect()
  await holder.query('BEGIN')
  await holder.query('INSERT INTO participation (election, voter_ref, key_hash, sealed_receipt) VALUES ($1, $2, $3, $4)', [election.key, voterKeyOf(row.voterRef), row.keyHash, Buffer.from('first')])
  const second = store.ledger.castBatch(election.key, 0, [row, castRow(election, 'Cleo')])
  await somebodyWaitsForALock(store.owner, 'cast_of_sessions')
  await holder.query('COMMIT')
  holder.release()
  expect(await second).toEqual([{ verdict: 'EXISTS', keyHash: row.keyHash, sealedReceipt: Buffer.from('first') }, expect.objectContaining({ verdict: 'ACCEPTED' })])
})
