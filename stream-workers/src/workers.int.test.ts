import { ballotAcceptedKey, encodeBoxTallied, parseQuarantined, ballotsPartition, electionPartition, RecordTooLargeError, TOPIC, type OutgoingRecord, type Quarantined } from '@livetally/core/events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCountingUnderTest, createDice, createFaultyLog, eventually, type CountingUnderTest } from './workers-under-test.js'

let counting: CountingUnderTest
beforeEach(async () => { counting = await createCountingUnderTest() })
afterEach(() => counting[Symbol.asyncDispose]())

test('what is published is what was accepted, while votes come and after the election has closed', async () => {
  await counting.start()
  const election = await counting.store.openElection()
  await counting.vote(election, 150)
  expect((await counting.counted(election)).ballots).toBe(150)
  await counting.vote(election, 51)
  expect((await counting.counted(election)).ballots).toBe(201)
  await counting.store.elections.changePhase(election.key, 'close')
  const final = await eventually(async () => {
    const newest = await counting.newest(election)
    return newest?.status === 'UNOFFICIAL_COMPLETE' && newest
  }, { what: 'the complete results' })
  expect(final.vector.filter(({ sealedSeq }) => sealedSeq !== null).every(({ nextSeq, sealedSeq }) => nextSeq === sealedSeq)).toBe(true)
  expect(await counting.counted(election)).toMatchObject({ ballots: 201, status: 'UNOFFICIAL_COMPLETE', phase: 'CLOSED' })
})

test('several elections at once are counted apart', async () => {
  const elections = [await counting.store.openElection(), await counting.store.openElection({ boxes: 5 }), await counting.store.openElection({ boxes: 1 })]
  await counting.start()
  await Promise.all(elections.map((election, at) => counting.vote(election, 40 + at)))
  const reports = await Promise.all(elections.map((election) => counting.counted(election)))
  expect(reports.map(({ ballots }) => ballots)).toEqual([40, 41, 42])
})

test('what was accepted while no worker ran is counted when one comes', async () => {
  const election = await counting.store.openElection()
  await counting.vote(election, 120)
  await counting.start()
  expect((await counting.counted(election)).ballots).toBe(120)
})

describe('whatever the event log does, every vote is counted once', () => {
  const dice = createDice(7)
  const faults: [string, (records: readonly OutgoingRecord[]) => OutgoingRecord[]][] = [
    ['loses a third of all records', (records) => records.filter(() => dice(3) > 0)],
    ['loses every record', () => []],
    ['repeats every record', (records) => records.flatMap((record) => [record, record])],
    ['repeats whole requests later on', createEcho()],
    ['delivers each request backwards', (records) => records.toReversed()],
    ['shuffles records and loses and repeats some', (records) => [...records, ...records].filter(() => dice(4) > 0).map((record) => ({ record, at: dice(1_000) })).toSorted((one, other) => one.at - other.at).map(({ record }) => record)],
  ]
  test.each(faults)('it %s', async (_what, change) => {
    const log = createFaultyLog(counting.log, (records) => isCounting(records) ? change(records) : [...records])
    await counting.start({ log })
    const election = await counting.store.openElection()
    await counting.vote(election, 60)
    await counting.vote(election, 60)
    expect((await counting.counted(election)).ballots).toBe(120)
  })

  test('it takes no record of some ballots, as too large: they are sent round, and counted from the ledger', async () => {
    const isLarge = ({ topic, value }: OutgoingRecord): boolean => topic === TOPIC.ballots && /"seq":\d*3[,}]/.test(String(value))
    let refused = 0
    const log = createFaultyLog(counting.log, (records) => {
      if (!records.some(isLarge)) return [...records]
      refused += records.length === 1 ? 1 : 0
      throw new RecordTooLargeError('the broker takes no such record')
    })
    const workers = await counting.start({ log })
    const election = await counting.store.openElection()
    await counting.vote(election, 60)
    expect((await counting.counted(election)).ballots).toBe(60)
    expect(refused).toBeGreaterThan(0)
    expect(await workers.metric('livetally_relay_entries_total'), 'none is tried again').toBe(60)
    expect(await workers.metric('livetally_tabulator_filled_entries_total')).toBeGreaterThanOrEqual(refused)
  })

  test('it loses all of one ballot box while others of its partition are busy: they do not hide it', async () => {
    const partitions = await counting.log.partitionCount(TOPIC.ballots)
    const quiet = await counting.store.openElection({ boxes: 1 })
    const partition = ballotsPartition(quiet.key, 0, partitions)
    let busy = await counting.store.openElection({ boxes: 1 })
    while (ballotsPartition(busy.key, 0, partitions) !== partition) busy = await counting.store.openElection({ boxes: 1 })
    await counting.start({ log: createFaultyLog(counting.log, (records) => records.filter(({ topic, key }) => topic !== TOPIC.ballots || key !== ballotAcceptedKey(quiet.key, 0))) })
    await counting.vote(quiet, 30)
    await eventually(async () => {
      await counting.vote(busy, 3)
      return (await counting.newest(quiet))?.vector.some(({ box, nextSeq }) => box === 0 && nextSeq === 30)
    }, { limitMs: 30_000, what: 'the votes that were lost to be counted' })
    expect((await counting.counted(quiet)).ballots).toBe(30)
    await counting.counted(busy)
  })

  test('its topics are deleted in the middle of the count', async () => {
    await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 40)
    for (const topic of [TOPIC.ballots, TOPIC.tallies, TOPIC.results]) {
      counting.log.deleteTopic(topic)
      await counting.vote(election, 40)
    }
    expect((await counting.counted(election)).ballots).toBe(160)
  })
})

const isCounting = ([record]: readonly OutgoingRecord[]): boolean => record?.topic === TOPIC.ballots || record?.topic === TOPIC.tallies

/** Sends what it was given, and before that what it was given three requests ago. */
function createEcho(): (records: readonly OutgoingRecord[]) => OutgoingRecord[] {
  const heard: (readonly OutgoingRecord[])[] = []
  return (records) => {
    heard.push(records)
    return [...heard.at(-4) ?? [], ...records]
  }
}

describe('rubbish', () => {
  test('in the topics is set aside with its reason and stops nothing', async () => {
    const quarantined: Quarantined[] = []
    await counting.log.follow({ topic: TOPIC.quarantine, onRecords: (records) => {
      for (const { value } of records) {
        const parsed = parseQuarantined(value)
        if (parsed.ok) quarantined.push(parsed.event)
      }
    } })
    const workers = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 20)
    await counting.counted(election)
    const [ballots, tallies] = [ballotsPartition(election.key, 0, 8), electionPartition(election.key, 4)]
    const producer = await counting.log.producer()
    const entry = (changes: object): string => JSON.stringify({ v: 1, election: election.key, box: 0, kind: 'BALLOT', seq: 0, castAt: 1, commitment: '00'.repeat(32), unit: 'mill', channel: 'EARLY', attributes: {}, selections: {}, ...changes })
    const rubbish: [string, number, string | null, string][] = [
      [TOPIC.ballots, ballots, 'not JSON at all', 'JSON'],
      [TOPIC.ballots, ballots, null, 'value'],
      [TOPIC.ballots, ballots, entry({ v: 99 }), 'version'],
      [TOPIC.ballots, ballots, entry({ seq: -1 }), 'seq'],
      [TOPIC.ballots, ballots, entry({ channel: 'PIGEON' }), 'channel'],
      [TOPIC.ballots, ballotsPartition(999_999, 0, 8), entry({ election: 999_999 }), 'no such ballot box'],
      [TOPIC.tallies, tallies, '{"v":1}', 'election'],
      [TOPIC.tallies, tallies, '[]', ''],
    ]
    for (const [topic, partition, value] of rubbish) await producer.send([{ topic, partition, key: value?.includes('999999') === true ? 'e999999/0' : `e${election.key}/0`, value }])
    await counting.vote(election, 20)
    expect((await counting.counted(election)).ballots).toBe(40)
    await eventually(() => { expect(quarantined).toHaveLength(rubbish.length); return true }, { what: 'every record of rubbish to be set aside' })
    for (const [topic, partition, value, reason] of rubbish) {
      const found = quarantined.find((one) => one.topic === topic && one.partition === partition && Buffer.from(one.valueBase64, 'base64').toString() === (value ?? ''))
      expect(found?.reason.toLowerCase(), `${topic}: ${value}`).toContain(reason.toLowerCase())
    }
    expect(await workers.metric('livetally_quarantined_records_total')).toBe(rubbish.length)
    expect(await workers.metric('livetally_tabulator_refolds_total')).toBe(0)
  })

  test('that looks like a ballot is not counted: the digest does not follow, and the ledger has the last word', async () => {
    const workers = await counting.start({ roles: ['tabulator', 'publisher'] })
    const election = await counting.store.openElection()
    const producer = await counting.log.producer()
    const forged = (seq: number, chain?: string): OutgoingRecord => ({
      topic: TOPIC.ballots, partition: ballotsPartition(election.key, 0, 8), key: `e${election.key}/0`,
      value: JSON.stringify({ v: 1, election: election.key, box: 0, kind: 'BALLOT', seq, castAt: 1_700_000_000_000, commitment: 'ab'.repeat(32), unit: 'mill', channel: 'EARLY', attributes: {}, selections: { baker: ['rye'] }, ...chain === undefined ? {} : { chain } }),
    })
    await producer.send([forged(0), forged(1, 'cd'.repeat(32))])
    await producer.send([forged(0, 'ef'.repeat(32)), forged(40)])
    await counting.vote(election, 30)
    expect((await counting.counted(election)).ballots).toBe(30)
    expect(await workers.metric('livetally_tabulator_invalid_entries_total')).toBe(0)
  })

  test('that looks like the tally of a box counted anew makes the publisher read that box again, and nothing else', async () => {
    const workers = await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 20)
    await counting.counted(election)
    const producer = await counting.log.producer()
    await producer.send([{ topic: TOPIC.tallies, partition: electionPartition(election.key, 4), key: `e${election.key}`, value: encodeBoxTallied({ v: 1, election: election.key, box: 0, generation: 9, fromSeq: 0, toSeq: 5, newestAt: null, views: [], rows: [['place', 'mill/EARLY', [1_000_000]]] }) }])
    await counting.vote(election, 5)
    expect((await counting.counted(election)).ballots).toBe(25)
    expect(await workers.metric('livetally_publisher_reloads_total')).toBeGreaterThan(0)
  })
})

describe('two worker processes', () => {
  test('share the boxes, and when one ends the other takes its part over', async () => {
    const [one, other] = [await counting.start(), await counting.start()]
    const election = await counting.store.openElection({ boxes: 5 })
    await counting.vote(election, 100)
    await counting.counted(election)
    const boxes = await eventually(async () => {
      const held = await Promise.all([one, other].map((workers) => workers.metric('livetally_tabulator_boxes')))
      return held.every((count) => count > 0) && held
    }, { what: 'both to hold boxes' })
    expect(boxes.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(6)
    await one[Symbol.asyncDispose]()
    await counting.vote(election, 100)
    expect((await counting.counted(election)).ballots).toBe(200)
  })

  test('come and go while votes are cast', async () => {
    const election = await counting.store.openElection({ boxes: 5 })
    let workers = await counting.start()
    for (let round = 0; round < 5; round += 1) {
      const next = await counting.start()
      await counting.vote(election, 30)
      await workers[Symbol.asyncDispose]()
      await counting.vote(election, 30)
      workers = next
    }
    expect((await counting.counted(election)).ballots).toBe(300)
  })
})
