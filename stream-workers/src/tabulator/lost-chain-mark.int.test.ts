import type { Election } from '@livetally/core/election'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { castRow } from '../../../core/src/store/store-under-test.js'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'

let counting: CountingUnderTest
let election: Election
beforeEach(async () => {
  counting = await createCountingUnderTest()
  election = await counting.store.openElection({ boxes: 1 })
})
afterEach(() => counting[Symbol.asyncDispose]())

const cast = async (from: number, count: number): Promise<void> => {
  const rows = Array.from({ length: count }, (_, at) => castRow(election, `voter ${from + at}`))
  expect((await counting.store.ledger.castBatch(election.key, 0, rows)).every(({ verdict }) => verdict === 'ACCEPTED')).toBe(true)
}
/** As somebody who may do everything in the database, and leaves no trace. */
const takeMarkAway = async (seq: number): Promise<void> => {
  const client = await counting.store.owner.connect()
  try {
    await client.query('BEGIN')
    await client.query(`SET LOCAL session_replication_role = 'replica'`)
    expect((await client.query('UPDATE box_entry SET chain = NULL WHERE election = $1 AND box = 0 AND seq = $2 AND chain IS NOT NULL', [election.key, seq])).rowCount).toBe(1)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
const published = (ballots: number): Promise<unknown> => eventually(async () => (await counting.newest(election))?.vector[0]?.nextSeq === ballots, { what: `${ballots} ballots in the results`, limitMs: 20_000 })

describe('ballots whose digest was taken out of the ledger are counted as they are', () => {
  test('at its end, and all that come after them, without counting the box anew', async () => {
    await cast(0, 7)
    await cast(7, 5)
    await takeMarkAway(11)
    const workers = await counting.start({ roles: ['tabulator', 'publisher'] })
    await published(12)
    await cast(12, 4)
    await published(16)
    expect(await workers.metric('livetally_tabulator_refolds_total')).toBe(0)
  })

  test('in the middle', async () => {
    await cast(0, 7)
    await cast(7, 5)
    await takeMarkAway(6)
    await counting.start({ roles: ['tabulator', 'publisher'] })
    await published(12)
  })

  test('although a worker takes over that has counted nothing of them', async () => {
    await cast(0, 7)
    await takeMarkAway(6)
    const first = await counting.start({ roles: ['tabulator', 'publisher'] })
    await published(7)
    await first[Symbol.asyncDispose]()
    await cast(7, 5)
    const second = await counting.start({ roles: ['tabulator', 'publisher'] })
    await published(12)
    expect(await second.metric('livetally_tabulator_refolds_total')).toBe(0)
  })
})

test('six thousand ballots of one transaction, more than are read at once, are counted', async () => {
  await cast(0, 6_000)
  await counting.start({ roles: ['tabulator', 'publisher'] })
  expect((await counting.counted(election)).ballots).toBe(6_000)
})
