import { encodeBallotAccepted, toBallotAccepted, ballotAcceptedKey, ballotsPartition, TOPIC } from '@livetally/core/events'
import { createBallotLedger, createTallyStore, type TallyStore } from '@livetally/core/store'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createElections } from '../elections.js'
import { createMetrics } from '../metrics.js'
import { systemClock } from '../pace.js'
import { DEFAULT_RETENTION } from '../retention.js'
import { createQuarantine } from '../quarantine.js'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'
import { startTabulator } from './tabulator.js'

let counting: CountingUnderTest
beforeEach(async () => { counting = await createCountingUnderTest() })
afterEach(() => counting[Symbol.asyncDispose]())

const positionOf = async (election: number, box: number) => {
  const { rows } = await counting.store.owner.query<{ generation: number, next_seq: string, epoch: string }>('SELECT generation, next_seq, epoch FROM box_position WHERE election = $1 AND box = $2', [election, box])
  return { generation: rows[0]?.generation, nextSeq: Number(rows[0]?.next_seq), epoch: Number(rows[0]?.epoch) }
}

describe('a box that somebody else has claimed', () => {
  test('is given up by its former owner at the next flush, claimed anew, and every vote is counted once', async () => {
    const workers = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 30)
    await counting.counted(election)
    await createTallyStore(counting.store.worker).claim({ election: election.key, box: 0 }, [])
    const before = await positionOf(election.key, 0)
    await counting.vote(election, 30)
    expect((await counting.counted(election)).ballots).toBe(60)
    expect((await positionOf(election.key, 0)).epoch).toBeGreaterThan(before.epoch)
    expect(await workers.metric('livetally_tabulator_refused_flushes_total')).toBeGreaterThan(0)
    expect((await positionOf(election.key, 0)).generation).toBe(1)
  })
})

describe('a tally that was not counted from this ledger', () => {
  test('as after a restored backup, is counted anew from the first vote, and keys that vanish are published as zero', async () => {
    const first = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 30)
    await counting.counted(election)
    await first[Symbol.asyncDispose]()
    const { owner } = counting.store
    await owner.query(`UPDATE box_position SET chain = '\\xabab' WHERE election = $1 AND box = 0`, [election.key])
    await owner.query(`INSERT INTO tally VALUES ($1, 0, 1, 'place', 'mill/ONLINE', '{77}')`, [election.key])
    const second = await counting.start()
    await counting.vote(election, 30)
    // What was told in between stays told, and the recount names it.
    expect((await counting.counted(election, /^place\|mill\/ONLINE\|0 is 0 by recount and 77 in revision \d+$/)).ballots).toBe(60)
    expect(await second.metric('livetally_tabulator_refolds_total')).toBe(1)
    expect((await positionOf(election.key, 0)).generation).toBe(2)
    expect((await positionOf(election.key, 1)).generation).toBe(1)
  })

  test('and stands beyond the end of the ledger is counted anew too, without waiting for another vote', async () => {
    const first = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 30)
    await counting.counted(election)
    await first[Symbol.asyncDispose]()
    await counting.store.owner.query('UPDATE box_position SET next_seq = next_seq + 10 WHERE election = $1 AND box = 1', [election.key])
    await counting.start()
    await eventually(async () => (await positionOf(election.key, 1)).generation === 2, { what: 'the box to be counted anew' })
    expect((await counting.counted(election, /^revision \d+ names entry 21 of box 1, which holds 11$/)).ballots).toBe(30)
  })
})

describe('a ledger that was changed behind the back of everybody', () => {
  const withoutGuards = async (statement: string, values: unknown[]): Promise<void> => {
    const { owner } = counting.store
    await owner.query('ALTER TABLE box_entry DISABLE TRIGGER append_only')
    await owner.query(statement, values)
    await owner.query('ALTER TABLE box_entry ENABLE TRIGGER append_only')
  }

  test.each([
    ['a ballot was exchanged', `UPDATE box_entry SET commitment = sha256('another') WHERE election = $1 AND box = 0 AND seq = 4`, 0],
    ['a ballot was torn out', 'DELETE FROM box_entry WHERE election = $1 AND box = 0 AND seq = 4', 1],
  ])('is counted as it is where %s, once and for all, and later votes with it', async (_what, statement, missing) => {
    const election = await counting.store.openElection({ boxes: 1 })
    await counting.vote(election, 30)
    await withoutGuards(statement, [election.key])
    const workers = await counting.start()
    await counting.vote(election, 10)
    const newest = await eventually(async () => {
      const found = await counting.newest(election)
      return found?.vector[0]?.nextSeq === 40 && found
    }, { what: 'all that is left to be published' })
    expect(newest.vector[0]).toMatchObject({ box: 0, generation: 1 })
    const { rows } = await counting.store.owner.query<{ ballots: string }>(`SELECT sum(counts[1]) AS ballots FROM tally WHERE election = $1 AND view = 'place'`, [election.key])
    expect(Number(rows[0]?.ballots)).toBe(40 - missing)
    expect(await workers.metric('livetally_tabulator_refolds_total')).toBe(0)
  })
})

test('a box that races ahead while its lag is looked at is not mistaken for one of another ledger', async () => {
  const { store, log } = counting
  const election = await store.openElection({ boxes: 1 })
  await counting.vote(election, 40)
  const real = createTallyStore(store.worker)
  let looks = 0
  // What `lagging` answered a moment ago: the ledger has grown since, and the topic has brought it all.
  const stale: TallyStore = { ...real, lagging: async () => {
    looks += 1
    return [{ election: election.key, box: 0, nextSeq: 0, head: 7 }]
  } }
  const metrics = createMetrics()
  const logger = pino({ level: 'silent' })
  await using ledger = createBallotLedger(store.worker)
  await using _tabulator = await startTabulator({
    ledger, store: stale, eventLog: log, elections: createElections(store.elections), clock: systemClock, retention: DEFAULT_RETENTION.panes, logger, metrics: metrics.tabulator,
    quarantine: createQuarantine({ producer: await log.producer(), logger, metrics }),
  })
  const producer = await log.producer()
  for (const entry of await ledger.read(election.key, 0, 0, 100)) {
    await producer.send([{ topic: TOPIC.ballots, partition: ballotsPartition(election.key, 0, 8), key: ballotAcceptedKey(election.key, 0), value: encodeBallotAccepted(toBallotAccepted(election.key, 0, entry)) }])
  }
  await eventually(async () => (await positionOf(election.key, 0)).nextSeq === 40, { what: 'the votes to be counted' })
  const seen = looks
  await eventually(() => looks >= seen + 3, { what: 'three more looks at the lag' })
  expect((await metrics.tabulator.refolds.get()).values[0]?.value).toBe(0)
  expect(await positionOf(election.key, 0)).toMatchObject({ generation: 1, nextSeq: 40 })
})
