import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHash } from 'node:crypto'
import type { Election } from '../../election/index.js'
import { castRow, chainAfter, createStoreUnderTest, somebodyWaitsForALock, type StoreUnderTest } from '../store-under-test.js'

let store: StoreUnderTest
beforeAll(async () => { store = await createStoreUnderTest() })
afterAll(() => store[Symbol.asyncDispose]())

const SECOND = 1_000
/** Whole panes ago, so that a second more or less never crosses a pane. */
const dawn = Math.floor(Date.now() / 10_000) * 10_000 - 3_600 * SECOND
const importedTime = { source: 'IMPORTED', granularityMs: 1_000, disorderMs: 20_000, graceMs: 10_000 } as const

const open = (source: 'IMPORTED' | 'DATABASE' = 'IMPORTED'): Promise<Election> =>
  store.openElection({ boxes: 3, time: { ...importedTime, source }, opensAt: new Date(dawn - 3_600 * SECOND).toISOString() })
const cast = async (election: Election, box: number, voter: string, afterDawnS: number): Promise<void> => {
  const [answer] = await store.ledger.castBatch(election.key, box, [castRow(election, voter, { castAt: dawn + afterDawnS * SECOND })])
  expect(answer?.verdict).toBe('ACCEPTED')
}
const tick = (): Promise<number> => store.elections.tickIdleBoxes(0)
const kinds = async ({ key }: Election): Promise<string[]> => {
  const found = await Promise.all([0, 1, 2, 3].map((box) => store.ledger.read(key, box, 0, 100)))
  return found.map((entries) => entries.map((entry) => `${entry.kind.toLowerCase()} ${(entry.castAt - dawn) / SECOND}`).join(', '))
}

describe('a box that stands idle while others go on', () => {
  test('hears how far the others came, once; the corrections box and the box that leads hear nothing', async () => {
    const election = await open()
    await cast(election, 0, 'Ada', 95)
    await cast(election, 1, 'Bo', 12)
    expect(await tick()).toBe(2)
    expect(await kinds(election)).toEqual(['ballot 95', 'ballot 12, tick 95', 'tick 95', ''])
    expect(await tick()).toBe(0)
  })

  test('hears nothing more while that would close no further pane', async () => {
    const election = await open()
    await cast(election, 0, 'Ada', 90)
    await tick()
    // Panes of 10 s, disorder and grace of 30 s together: second 99 closes the same panes as second 90.
    await cast(election, 0, 'Ben', 99)
    expect(await tick()).toBe(0)
    await cast(election, 0, 'Cleo', 100)
    expect(await tick()).toBe(2)
    expect(await kinds(election)).toEqual(['ballot 90, ballot 99, ballot 100', 'tick 90, tick 100', 'tick 90, tick 100', ''])
  })

  test('is left in peace until it has taken no ballot for the time that makes it idle', async () => {
    const election = await open()
    await cast(election, 0, 'Ada', 95)
    await cast(election, 1, 'Bo', 12)
    await cast(election, 2, 'Cy', 90)
    expect(await store.elections.tickIdleBoxes(60_000)).toBe(0)
    // Whoever looks for idle boxes guesses; what decides is asked itself, and of a box that is idle beside a busy one.
    const appended = async (): Promise<unknown> => (await store.owner.query(`SELECT append_ticks($1, interval '60 s') AS ticks`, [election.key])).rows
    expect(await appended()).toEqual([{ ticks: 0 }])
    await cast(election, 0, 'Dee', 125)
    await store.owner.query(`UPDATE ballot_box SET last_cast_at = last_cast_at - interval '61 s' WHERE election = $1 AND box = 2`, [election.key])
    expect(await appended()).toEqual([{ ticks: 1 }])
    expect(await kinds(election)).toEqual(['ballot 95, ballot 125', 'ballot 12', 'ballot 90, tick 125', ''])
    expect(await tick()).toBe(1)
  })

  test('goes on with ballots behind the tick, and its chain holds', async () => {
    const election = await open()
    await cast(election, 0, 'Ada', 95)
    await cast(election, 1, 'Bo', 12)
    await tick()
    await cast(election, 1, 'Di', 14)
    const entries = await store.ledger.read(election.key, 1, 0, 10)
    expect(entries.map(({ seq, kind }) => [seq, kind])).toEqual([[0, 'BALLOT'], [1, 'TICK'], [2, 'BALLOT']])
    expect(entries.at(-1)?.chain).toBe(chainAfter(entries.map((entry) => [entry])))
    expect(entries[1]?.commitment).toBe(createHash('sha256').update(`livetally tick/${election.key}/1/1/${dawn + 95 * SECOND}`).digest('hex'))
  })

  test('hears nothing in an election on the database\'s time, nor before the first ballot, nor during a pause', async () => {
    const silent = await open()
    const onDatabaseTime = await open('DATABASE')
    await store.ledger.castBatch(onDatabaseTime.key, 0, [castRow(onDatabaseTime, 'Eve')])
    const paused = await open()
    await cast(paused, 0, 'Flo', 95)
    await store.elections.changePhase(paused.key, 'pause')
    expect(await tick()).toBe(0)
    for (const election of [silent, onDatabaseTime, paused]) expect((await kinds(election)).join()).not.toContain('tick')
  })
})

test('closing an election says the time to every box with its seal, paused or not, and never afterwards', async () => {
  for (const changes of [['close'], ['pause', 'close']] as const) {
    const election = await open()
    await cast(election, 0, `Ada ${changes.length}`, 95)
    for (const change of changes) await store.elections.changePhase(election.key, change)
    expect(await kinds(election)).toEqual(['ballot 95, seal 95', 'seal 95', 'seal 95', ''])
    expect((await store.ledger.heads(election.key)).map(({ nextSeq, sealedSeq }) => [nextSeq, sealedSeq])).toEqual([[2, 2], [1, 1], [1, 1], [0, null]])
    await store.owner.query(`SELECT append_ticks($1, interval '0')`, [election.key])
    expect(await kinds(election)).toEqual(['ballot 95, seal 95', 'seal 95', 'seal 95', ''])
  }
})

test('a tick waits for the ballots that are being written, and hears of them', async () => {
  const election = await open()
  await cast(election, 0, 'Ada', 50)
  const writer = await store.owner.connect()
  try {
    await writer.query('BEGIN')
    await writer.query('SELECT 1 FROM ballot_box WHERE election = $1 AND box = 0 FOR UPDATE', [election.key])
    const ticking = tick()
    await somebodyWaitsForALock(store.owner, 'append_ticks')
    await writer.query('UPDATE ballot_box SET newest_at = $2 WHERE election = $1 AND box = 0', [election.key, new Date(dawn + 70 * SECOND)])
    await writer.query('COMMIT')
    expect(await ticking).toBe(2)
  } finally {
    writer.release()
  }
  expect((await kinds(election))[1]).toBe('tick 70')
})

test('a ballot from the future hears the clock that judged it', async () => {
  const election = await open()
  const { rows: [row] } = await store.owner.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  const [answer] = await store.ledger.castBatch(election.key, 0, [castRow(election, 'Marty', { castAt: Date.now() + 3_600_000 })])
  expect(answer?.verdict).toBe('IN_FUTURE')
  expect(answer?.verdict === 'IN_FUTURE' && answer.now >= (row?.now.getTime() ?? Infinity)).toBe(true)
})

describe('an entry of the ledger', () => {
  test.each([
    ['a ballot without its channel', `0, gen_random_uuid(), 'mill', NULL, '{}', '{}', NULL`],
    ['a ballot with a correction', `0, gen_random_uuid(), 'mill', 0, '{}', '{}', '{}'`],
    ['a tick with a tracker', '1, gen_random_uuid(), NULL, NULL, NULL, NULL, NULL'],
    ['a tick with a place', `1, NULL, 'mill', NULL, NULL, NULL, NULL`],
    ['a correction that says nothing', '2, gen_random_uuid(), NULL, NULL, NULL, NULL, NULL'],
    ['a correction with selections', `2, gen_random_uuid(), NULL, NULL, NULL, '{}', '{}'`],
  ])('is never %s', async (_, columns) => {
    const election = await open()
    await expect(store.owner.query(`INSERT INTO box_entry (election, box, seq, commitment, cast_at, kind, tracker, unit, channel, attributes, selections, correction)
      VALUES ($1, 0, 0, $2, now(), ${columns})`, [election.key, Buffer.alloc(32)])).rejects.toThrow('box_entry_is_of_its_kind')
  })
})

test('a box knows the newest event time that lies in it, in whatever order its ballots came', async () => {
  const election = await open()
  for (const [voter, second] of [['Gus', 40], ['Hal', 70], ['Ida', 55]] as const) await cast(election, 0, voter, second)
  const { rows } = await store.owner.query<{ newest_at: Date }>('SELECT newest_at FROM ballot_box WHERE election = $1 AND box = 0', [election.key])
  expect(rows[0]?.newest_at.getTime()).toBe(dawn + 70 * SECOND)
})
