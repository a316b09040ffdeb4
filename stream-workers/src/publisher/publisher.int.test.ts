import { createResults, WHOLE_ELECTION, type ResultsAt } from '@livetally/core/election'
import { createResultsAssembler, fromEventRows, parseResultsPublished, TOPIC, type EventLog, type ResultsPublished } from '@livetally/core/events'
import { createElectorateStore, createGroupReleaseStore, createPublisherProcessStore, createRevisionStore, type Revision } from '@livetally/core/store'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { castRow } from '../../../core/src/store/store-under-test.js'
import { createHeldClock } from '../clock-under-test.js'
import { createCountingUnderTest, eventually, type CountingUnderTest } from '../workers-under-test.js'
import type { AnnouncedRevisions } from './announced-revisions.js'
import { createElectionPublisher, type ElectionPublisher } from './election-publisher.js'

let counting: CountingUnderTest
beforeEach(async () => { counting = await createCountingUnderTest() })
afterEach(() => counting[Symbol.asyncDispose]())

const publisherOf = async (key: number, clock = createHeldClock(Date.now()), greatest = 0): Promise<ElectionPublisher> => {
  const publisher = await createElectionPublisher(key, { store: createRevisionStore(counting.store.worker), claim: () => createRevisionStore(counting.store.worker).claim(key, 'owl'), electorate: createElectorateStore(counting.store.worker), groupReleases: createGroupReleaseStore(counting.store.worker), announced: announced(greatest), clock, readElection: counting.store.elections.load })
  if (publisher === undefined) throw new Error('there is no such election')
  return publisher
}
const announced = (greatest = 0): AnnouncedRevisions => ({ newest: async () => greatest, note: () => undefined })
/** A log whose group of publishers never comes to a decision. */
const withoutPublisherGroup = (log: EventLog): EventLog => ({
  ...log,
  consume: (options) => options.groupId === 'publisher' ? Promise.resolve({ [Symbol.asyncDispose]: async () => undefined }) : log.consume(options),
  [Symbol.asyncDispose]: async () => undefined,
})
const all = (key: number): Promise<Revision[]> => createRevisionStore(counting.store.worker).read(key, 0, 10_000)
const foldOf = async (key: number, revisions: readonly Revision[]): Promise<ResultsAt> => {
  const results = createResults((await counting.store.reload(key)).structure)
  for (const { revision, rows, isFull } of revisions) results.apply(revision, rows, isFull)
  return results.at()
}

describe('the revisions of an election', () => {
  test('are numbered without a hole, never go back, and each is the fold of what its vector names', async () => {
    await counting.start()
    const election = await counting.store.openElection()
    for (let round = 0; round < 8; round += 1) {
      await counting.vote(election, 15)
      await counting.counted(election)
    }
    const revisions = await all(election.key)
    expect(revisions.map(({ revision }) => revision)).toEqual(revisions.map((_, at) => at + 1))
    expect(revisions.length).toBeGreaterThanOrEqual(8)
    for (const [at, { vector }] of revisions.entries()) {
      const ballots = (await foldOf(election.key, revisions.slice(0, at + 1))).turnout(WHOLE_ELECTION).ballots
      expect(ballots, `revision ${at + 1}`).toBe(vector.reduce((sum, { nextSeq }) => sum + nextSeq, 0))
      for (const { box, nextSeq } of vector) expect(nextSeq).toBeGreaterThanOrEqual(revisions[at - 1]?.vector.find((one) => one.box === box)?.nextSeq ?? 0)
    }
  })

  test('begin with a full one that says registered voters, and say PRE_ELECTION until the election opens', async () => {
    await counting.start()
    const key = await counting.store.createElection()
    await counting.store.elections.changePhase(key, 'publish')
    const election = await counting.store.reload(key)
    const first = await eventually(async () => counting.newest(election), { what: 'the first revision' })
    expect(first).toMatchObject({ revision: 1, isFull: true, status: 'PRE_ELECTION', asOf: null })
    expect((await foldOf(key, [first])).eligibleVoters(WHOLE_ELECTION)).toBe(25)
    await counting.store.elections.changePhase(key, 'open')
    await eventually(async () => (await counting.newest(election))?.status === 'UNOFFICIAL_PARTIAL', { what: 'the opening to be said' })
  })

  test('an election in draft is not published', async () => {
    await counting.start()
    const draft = await counting.store.reload(await counting.store.createElection())
    const open = await counting.store.openElection()
    await counting.vote(open, 3)
    await counting.counted(open)
    expect(await counting.newest(draft)).toBeUndefined()
  })

  test('say complete only when every sealed box is counted to its end, and certified after certification', async () => {
    const election = await counting.store.openElection()
    await counting.vote(election, 30)
    await counting.store.elections.changePhase(election.key, 'close')
    const publishing = await counting.start({ roles: ['publisher'] })
    const early = await eventually(async () => counting.newest(election), { what: 'a revision' })
    expect(early).toMatchObject({ status: 'UNOFFICIAL_PARTIAL' })
    await counting.start({ roles: ['relay', 'tabulator'] })
    const statusIs = (status: string) => eventually(async () => {
      const newest = await counting.newest(election)
      return newest?.status === status && newest
    }, { what: status })
    expect((await statusIs('UNOFFICIAL_COMPLETE')).vector.map(({ nextSeq, sealedSeq }) => sealedSeq === null || sealedSeq === nextSeq)).toEqual([true, true, true])
    await counting.store.elections.changePhase(election.key, 'certify')
    await statusIs('CERTIFIED')
    expect((await counting.counted(election)).status).toBe('CERTIFIED')
    await publishing[Symbol.asyncDispose]()
  })

  test('reach topic "results" row by row as they were committed', async () => {
    const heard: ResultsPublished[] = []
    const assembler = createResultsAssembler()
    await counting.log.follow({ topic: TOPIC.results, onRecords: (records) => {
      for (const { value } of records) {
        const parsed = parseResultsPublished(value)
        const whole = parsed.ok ? assembler.add(parsed.event) : undefined
        if (whole !== undefined) heard.push(whole)
      }
    } })
    await counting.start()
    const election = await counting.store.openElection()
    await counting.vote(election, 40)
    await counting.counted(election)
    const revisions = await all(election.key)
    await eventually(() => heard.length >= revisions.length, { what: 'every revision in the topic' })
    expect(heard.map(({ v: _v, rows, ...rest }) => ({ ...rest, rows: fromEventRows(rows) })).slice(0, revisions.length)).toEqual(revisions)
  })
})

describe('publishing under an epoch', () => {
  test('ends when another process takes over; the other goes on with the next number and a full revision', async () => {
    const election = await counting.store.openElection()
    const first = await publisherOf(election.key)
    expect(await first.publish()).toMatchObject({ kind: 'PUBLISHED', revision: { revision: 1, isFull: true } })
    expect(await first.publish()).toEqual({ kind: 'NOTHING_NEW' })
    const second = await publisherOf(election.key)
    await counting.start({ roles: ['relay', 'tabulator'] })
    await counting.vote(election, 10)
    await eventually(async () => {
      await first.compare()
      return first.vector.some(({ nextSeq }) => nextSeq > 0)
    }, { what: 'the votes to be tallied' })
    expect(await first.publish()).toEqual({ kind: 'SUPERSEDED' })
    expect(await second.publish()).toMatchObject({ kind: 'PUBLISHED', revision: { revision: 2, isFull: true } })
  })

  test('is gone on with by another when the publisher falls silent, before the group has given it to anybody', async () => {
    const election = await counting.store.openElection()
    await createRevisionStore(counting.store.worker).claim(election.key, 'otter')
    await createPublisherProcessStore(counting.store.worker).beat('otter')
    const workers = await counting.start({ log: withoutPublisherGroup(counting.log) })
    await counting.vote(election, 20)
    expect((await counting.counted(election)).ballots).toBe(20)
    await counting.vote(election, 5)
    expect((await counting.counted(election)).ballots).toBe(25)
    expect(await workers.metric('livetally_publisher_takeovers_total')).toBe(1)
  })

  test('goes on above every number that viewers may have seen, where a restored database knows less', async () => {
    const election = await counting.store.openElection()
    const publisher = await publisherOf(election.key, undefined, 6)
    expect(await publisher.publish()).toMatchObject({ kind: 'PUBLISHED', revision: { revision: 7, isFull: true } })
    publisher.take({ v: 1, election: election.key, box: 0, generation: 1, fromSeq: 0, toSeq: 2, newestAt: 1, views: [], rows: [['place', 'mill/EARLY', [2]]] })
    expect(await publisher.publish()).toMatchObject({ kind: 'PUBLISHED', revision: { revision: 8, isFull: false } })
  })

  test('ends where the database was restored meanwhile, for what it says of changes would follow from nothing', async () => {
    const election = await counting.store.openElection()
    const publisher = await publisherOf(election.key)
    await publisher.publish()
    await counting.store.owner.query('UPDATE publisher_position SET last_revision = 0 WHERE election = $1', [election.key])
    publisher.take({ v: 1, election: election.key, box: 0, generation: 1, fromSeq: 0, toSeq: 2, newestAt: 1, views: [], rows: [['place', 'mill/EARLY', [2]]] })
    expect(await publisher.publish()).toEqual({ kind: 'SUPERSEDED' })
  })

  test('a box that was heard to be further than Postgres holds it is read again', async () => {
    const election = await counting.store.openElection()
    const publisher = await publisherOf(election.key)
    await publisher.publish()
    expect(publisher.take({ v: 1, election: election.key, box: 0, generation: 1, fromSeq: 0, toSeq: 1_000, newestAt: 1, views: [], rows: [['place', 'mill/EARLY', [1_000]]] })).toBe(true)
    expect(await publisher.compare()).toEqual([0])
    const published = await publisher.publish()
    expect(published).toMatchObject({ kind: 'PUBLISHED', revision: { rows: [{ view: 'place', key: 'mill/EARLY', counts: [0] }] } })
  })

  test('what could not be committed is published with the next revision, as a whole and under a number that nobody can have seen', async () => {
    const election = await counting.store.openElection()
    const real = createRevisionStore(counting.store.worker)
    let isAway = false
    const publisher = await createElectionPublisher(election.key, {
      store: { ...real, commit: (claim, revision, after) => isAway ? Promise.reject(new Error('Postgres is away')) : real.commit(claim, revision, after) },
      claim: () => real.claim(election.key, 'owl'), electorate: createElectorateStore(counting.store.worker), groupReleases: createGroupReleaseStore(counting.store.worker), announced: announced(), clock: createHeldClock(), readElection: counting.store.elections.load,
    })
    await publisher?.publish()
    const event = { v: 1, election: election.key, box: 0, generation: 1, newestAt: 1, views: [] } as const
    publisher?.take({ ...event, fromSeq: 0, toSeq: 2, rows: [['place', 'mill/EARLY', [2]]] })
    isAway = true
    await expect(publisher?.publish()).rejects.toThrow('Postgres is away')
    isAway = false
    publisher?.take({ ...event, fromSeq: 2, toSeq: 3, rows: [['place', 'market/EARLY', [1]]] })
    expect(await publisher?.publish()).toMatchObject({ kind: 'PUBLISHED', revision: { revision: 3, isFull: true, rows: expect.arrayContaining([expect.objectContaining({ key: 'mill/EARLY', counts: [2] }), expect.objectContaining({ key: 'market/EARLY', counts: [1] })]) as unknown } })
  })

  test('newly registered voters are news, and a full revision comes at least every two hundred', async () => {
    const election = await counting.store.openElection()
    const publisher = await publisherOf(election.key)
    const full: number[] = []
    for (let number = 1; number <= 402; number += 1) {
      publisher.take({ v: 1, election: election.key, box: 0, generation: 1, fromSeq: number - 1, toSeq: number, newestAt: 1, views: [], rows: [['place', 'mill/EARLY', [number]]] })
      const published = await publisher.publish()
      if (published.kind === 'PUBLISHED' && published.revision.isFull) full.push(published.revision.revision)
    }
    expect(full).toEqual([1, 201, 401])
    await counting.store.owner.query(`UPDATE reporting_unit SET registered_voters = 44 WHERE election = $1 AND id = 'mill'`, [election.key])
    await publisher.compare()
    const news = await publisher.publish()
    expect(news.kind === 'PUBLISHED' && news.revision.rows).toContainEqual({ view: 'eligible', key: 'mill', counts: [44] })
  })
})

describe('windows', () => {
  test('become final without another vote: once time has passed in every box and all before it is counted', async () => {
    const election = await counting.store.openElection({ boxes: 1 })
    await counting.store.ledger.castBatch(election.key, 0, [castRow(election, 'Anna')])
    const [entry] = await counting.store.ledger.read(election.key, 0, 0, 1)
    const castAt = entry?.castAt ?? 0
    const clock = createHeldClock(castAt)
    const publisher = await publisherOf(election.key, clock)
    await counting.start({ roles: ['relay', 'tabulator'] })
    await eventually(async () => {
      await publisher.compare()
      return publisher.vector[0]?.nextSeq === 1
    }, { what: 'the vote to be tallied' })
    const first = await publisher.publish()
    expect(first).toMatchObject({ kind: 'PUBLISHED', revision: { asOf: castAt } })
    await counting.store.owner.query(`UPDATE ballot_box SET last_cast_at = last_cast_at + interval '25 s' WHERE election = $1`, [election.key])
    expect(publisher.isDue, 'the clock stands still').toBe(false)
    await clock.advance(25_000)
    await publisher.compare()
    expect(publisher.isDue).toBe(true)
    const second = await publisher.publish()
    const finalUntil = second.kind === 'PUBLISHED' ? second.revision.finalUntil ?? 0 : 0
    expect(finalUntil % 10_000).toBe(0)
    expect(finalUntil).toBeGreaterThan(castAt)
    expect(finalUntil).toBeLessThanOrEqual(castAt + 25_000)
    expect(await counting.store.ledger.castBatch(election.key, 0, [castRow(election, 'Bert')]), 'no later vote can fall into them').toEqual([{ verdict: 'ACCEPTED', castAt: castAt + 25_000 }])
  })

  test('of imported time: late ballots stay in the totals and are counted apart, whichever way the event log brings them', async () => {
    await counting.start()
    const noon = Date.UTC(2024, 10, 5, 12)
    const election = await counting.store.openElection({ boxes: 1, opensAt: new Date(noon).toISOString(), time: { source: 'IMPORTED', granularityMs: 1_000, disorderMs: 20_000, graceMs: 10_000 } })
    for (const [at, seconds] of [5, 15, 39, 3, 40, 9, 60, 29].entries()) {
      await counting.store.ledger.castBatch(election.key, 0, [castRow(election, `voter ${at}`, { castAt: noon + seconds * 1_000 })])
    }
    await counting.counted(election)
    const results = await foldOf(election.key, await all(election.key))
    expect(results.turnout(WHOLE_ELECTION).ballots).toBe(8)
    expect(results.panes('').map(({ start, counts: [ballots] }) => [(start - noon) / 1_000, ballots])).toEqual([[0, 2], [10, 1], [30, 1], [40, 1], [60, 1]])
    expect(results.late('')).toEqual([2])
    expect((await counting.newest(election))?.finalUntil).toBe(noon + 30_000)
  })
})
