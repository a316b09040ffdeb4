import type { Election, ElectionDefinition } from '@livetally/core/election'
import { ballotsPartition, electionPartition, encodeBoxTallied, TOPIC } from '@livetally/core/events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCountingUnderTest, eventually, type CountingUnderTest, type WorkersUnderTest } from './workers-under-test.js'

let counting: CountingUnderTest
beforeEach(async () => { counting = await createCountingUnderTest() })
afterEach(() => counting[Symbol.asyncDispose]())

/** Four more ballot boxes, and Bo Brioche has made way for Flo Flan. */
const rewritten = (definition: ElectionDefinition): ElectionDefinition => ({
  ...definition,
  boxes: 5,
  contests: definition.contests.map((contest) => ({ ...contest, options: contest.options.map((option) => option.id === 'brioche' ? { ...option, id: 'flan', name: 'Flo Flan' } : option) })),
})

async function rewriteAndOpen(key: number): Promise<Election> {
  const { elections } = counting.store
  const { structure, definitionVersion } = await counting.store.reload(key)
  expect(await elections.edit(key, definitionVersion, rewritten(structure.definition))).toMatchObject({ ok: true })
  for (const change of ['publish', 'open'] as const) expect(await elections.changePhase(key, change)).toMatchObject({ ok: true })
  return counting.store.reload(key)
}

/** A record that nobody should have sent: drafts have no ballots. */
async function sendStrayBallot(election: number, box: number): Promise<void> {
  const entry = { v: 1, election, box, kind: 'BALLOT', seq: 0, castAt: 1, commitment: '00'.repeat(32), unit: 'mill', channel: 'EARLY', attributes: {}, selections: {} }
  await (await counting.log.producer()).send([{ topic: TOPIC.ballots, partition: ballotsPartition(election, box, 8), key: `e${election}/${box}`, value: JSON.stringify(entry) }])
}
const setAside = (workers: WorkersUnderTest, records: number) =>
  eventually(async () => await workers.metric('livetally_quarantined_records_total') === records, { what: `${records} records to be set aside` })

describe('an election that was edited as a draft, after workers had read it, and then published', () => {
  test('is counted in every box that it has now, each vote for an option that it has now', async () => {
    const workers = await counting.start()
    const draft = await counting.store.createElection({ boxes: 1 })
    // A box that it never had: whoever looks for it has read the draft.
    await sendStrayBallot(draft, 99)
    await setAside(workers, 1)
    const election = await rewriteAndOpen(draft)
    await counting.vote(election, 60)
    expect((await counting.counted(election)).options).toContainEqual(expect.objectContaining({ option: 'Flo Flan' }))
    expect(await workers.metric('livetally_tabulator_invalid_entries_total')).toBe(0)
    expect(await workers.metric('livetally_quarantined_records_total')).toBe(1)
  })

  test('is published by what it is now: nothing of the draft ever was', async () => {
    const workers = await counting.start()
    const draft = await counting.store.createElection()
    const told: string[] = []
    await counting.log.follow({ topic: TOPIC.resultsContests, onRecords: (records) => { for (const { value } of records) told.push(String(value)) } })
    const partition = electionPartition(draft, 4)
    const tallied = encodeBoxTallied({ v: 1, election: draft, box: 0, generation: 1, fromSeq: 0, toSeq: 5, newestAt: null, views: [], rows: [['place', 'mill/EARLY', [1_000]]] })
    // What follows it in the same partition is set aside after it was read.
    await (await counting.log.producer()).send([tallied, 'not JSON at all'].map((value) => ({ topic: TOPIC.tallies, partition, key: `e${draft}`, value })))
    await setAside(workers, 1)
    const { rowCount } = await counting.store.owner.query('SELECT 1 FROM publisher_position WHERE election = $1', [draft])
    expect(rowCount, 'somebody publishes a draft').toBe(0)
    const election = await rewriteAndOpen(draft)
    await counting.vote(election, 60)
    expect((await counting.counted(election)).ballots).toBe(60)
    await eventually(() => told.some((value) => value.includes('"flan"')), { what: 'results by contest on Kafka' })
    expect(told.filter((value) => value.includes('"brioche"'))).toEqual([])
  })
})

test('a record that names a ballot box of a draft is set aside, and holds nothing up', async () => {
  const workers = await counting.start()
  const draft = await counting.store.createElection()
  for (let box = 0; box <= 2; box += 1) await sendStrayBallot(draft, box)
  await setAside(workers, 3)
})
