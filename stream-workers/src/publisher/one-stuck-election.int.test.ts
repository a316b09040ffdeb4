import type { Election } from '@livetally/core/election'
import { TOPIC } from '@livetally/core/events'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCountingUnderTest, createFaultyLog, eventually, type CountingUnderTest } from '../workers-under-test.js'

let counting: CountingUnderTest
let stuck: Election
let sound: Election
beforeEach(async () => {
  counting = await createCountingUnderTest()
  // The stuck one comes first wherever elections come one after the other.
  stuck = await counting.store.openElection()
  sound = await counting.store.openElection()
})
afterEach(() => counting[Symbol.asyncDispose]())

const voteInBoth = async (): Promise<void> => {
  await counting.vote(stuck, 10)
  await counting.vote(sound, 10)
}
const bothCounted = async (ballots: number): Promise<void> => {
  expect((await counting.counted(stuck)).ballots).toBe(ballots)
  expect((await counting.counted(sound)).ballots).toBe(ballots)
}
/** Somebody holds these rows until the work is done. */
const whileLocked = async (statement: string, work: () => Promise<void>): Promise<void> => {
  const client = await counting.store.owner.connect()
  try {
    await client.query('BEGIN')
    await client.query(statement, [stuck.key])
    await work()
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
/** The database refuses to write this table for the stuck election until the work is done. */
const whileRefused = async (table: string, event: 'INSERT' | 'UPDATE', work: () => Promise<void>): Promise<void> => {
  const { owner } = counting.store
  await owner.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a broken page'; END $$`)
  await owner.query(`CREATE TRIGGER broken BEFORE ${event} ON ${table} FOR EACH ROW WHEN (NEW.election = ${stuck.key}) EXECUTE FUNCTION refuse()`)
  await work()
  await owner.query(`DROP TRIGGER broken ON ${table}`)
}
const revisionsOf = async ({ key }: Election): Promise<number> => {
  const { rows } = await counting.store.owner.query<{ count: number } & pg.QueryResultRow>('SELECT count(*)::integer AS count FROM result_revision WHERE election = $1', [key])
  return rows[0]?.count ?? 0
}

describe('an election that cannot be counted or published holds up no other', () => {
  test('where the database refuses its revisions', async () => {
    await counting.start()
    await voteInBoth()
    await bothCounted(10)
    await whileRefused('result_revision', 'INSERT', async () => {
      await voteInBoth()
      expect((await counting.counted(sound)).ballots).toBe(20)
    })
    await bothCounted(20)
  })

  test('where somebody holds the lock that its revisions need', async () => {
    await counting.start()
    await voteInBoth()
    await bothCounted(10)
    await whileLocked('SELECT 1 FROM publisher_position WHERE election = $1 FOR UPDATE', async () => {
      const before = await revisionsOf(stuck)
      for (const ballots of [20, 30, 40]) {
        await voteInBoth()
        expect((await counting.counted(sound)).ballots).toBe(ballots)
      }
      expect(await revisionsOf(stuck)).toBe(before)
    })
    await bothCounted(40)
  })

  test('where it cannot even be claimed', async () => {
    await whileRefused('publisher_position', 'INSERT', async () => {
      await counting.start()
      await voteInBoth()
      expect((await counting.counted(sound)).ballots).toBe(10)
      expect(await revisionsOf(stuck)).toBe(0)
    })
    await bothCounted(10)
  })

  test('where its boxes are locked, while the other can only be found by comparing with Postgres', async () => {
    await counting.start({ log: createFaultyLog(counting.log, (records) => records.filter(({ topic }) => topic !== TOPIC.tallies)) })
    await voteInBoth()
    await whileLocked('SELECT 1 FROM ballot_box WHERE election = $1 FOR UPDATE', async () => {
      expect((await counting.counted(sound)).ballots).toBe(10)
    })
    await bothCounted(10)
  })

  test('where its tallies cannot be written', async () => {
    await counting.start()
    await voteInBoth()
    await bothCounted(10)
    await whileRefused('box_position', 'UPDATE', async () => {
      for (const ballots of [20, 30]) {
        await voteInBoth()
        expect((await counting.counted(sound)).ballots).toBe(ballots)
      }
    })
    await bothCounted(30)
  })

  test('where somebody holds the lock that its tallies need', async () => {
    await counting.start()
    await voteInBoth()
    await bothCounted(10)
    await whileLocked('SELECT 1 FROM box_position WHERE election = $1 FOR UPDATE', async () => {
      for (const ballots of [20, 30]) {
        await voteInBoth()
        expect((await counting.counted(sound)).ballots).toBe(ballots)
      }
    })
    await bothCounted(30)
  })

  test('where its definition cannot be read', async () => {
    const { owner } = counting.store
    await owner.query(`UPDATE election SET breakdowns = '7', definition_id = gen_random_uuid() WHERE key = $1`, [stuck.key])
    await counting.start()
    await counting.vote(sound, 10)
    await eventually(async () => (await counting.newest(sound))?.rows.length !== 0, { what: 'the sound election to be published' })
    expect((await counting.counted(sound)).ballots).toBe(10)
    await owner.query(`UPDATE election SET breakdowns = $2, definition_id = gen_random_uuid() WHERE key = $1`, [stuck.key, JSON.stringify(stuck.structure.definition.breakdowns)])
    await counting.vote(stuck, 10)
    await bothCounted(10)
  })
})
