import { compileStructure, type Election, type ElectionPhase } from '@livetally/core/election'
import { createMemoryEventLog, ensureTopics } from '@livetally/core/events'
import type { BoxFloor, BoxState, PublisherClaim, Revision, RevisionStore } from '@livetally/core/store'
import { expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { createHeldClock } from '../clock-under-test.js'
import { createAnnouncedRevisions } from './announced-revisions.js'
import { createElectionPublisher, type ElectionPublisher } from './election-publisher.js'

const election: Election = { key: 1, slug: 'crumbleton', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure: compileStructure(crumbleton.definition) }

/** One election of a database that can lose its answer to a commit, and be restored from a backup. */
function createDatabase() {
  let now: { epoch: number, revisions: readonly Revision[], generation: number } = { epoch: 0, revisions: [], generation: 1 }
  let backup = now
  let isAnswerLost = false
  let boxes: readonly Pick<BoxState, 'box' | 'nextSeq' | 'sealedSeq'>[] = [{ box: 0, nextSeq: 0, sealedSeq: null }]
  let hasRecount = false
  let newestAt: number | null = null
  let floors: readonly BoxFloor[] = []
  const latest = (): number => now.revisions.at(-1)?.revision ?? 0
  const positions = (): BoxState[] => boxes.map((box) => ({ ...box, generation: now.generation, chain: '', newestAt, views: [] }))
  const unused = (): Promise<never> => Promise.reject(new Error('No publisher of one election asks for this.'))
  const store: RevisionStore = {
    async claim(): Promise<PublisherClaim> {
      now = { ...now, epoch: now.epoch + 1 }
      return { election: election.key, epoch: now.epoch, lastRevision: latest(), producedRevision: latest() }
    },
    async commit({ epoch }, revision, after) {
      if (epoch !== now.epoch || after !== latest()) return false
      now = { ...now, revisions: [...now.revisions, revision] }
      if (isAnswerLost) throw new Error('the connection to the database was terminated')
      return true
    },
    readBoxes: async (_election, onBox) => positions().forEach((state) => onBox({ ...state, rows: [] })),
    positions: async () => positions(),
    latest: async () => latest(),
    read: async (_election, from) => now.revisions.filter(({ revision }) => revision > from),
    floors: async () => [...floors],
    hasRecount: async () => hasRecount,
    takeOver: unused, noteProduced: unused, thin: unused, marks: unused, readFromFull: unused, find: unused, firstHolding: unused, firstReleasing: unused,
  }
  return {
    store,
    backUp() { backup = now },
    restore() { now = backup },
    /** How far each box is tallied, in their order, and where it ends; the last is the one of corrections. */
    stand(...places: readonly [nextSeq: number, sealedSeq: number | null][]) { boxes = places.map(([nextSeq, sealedSeq], box) => ({ box, nextSeq, sealedSeq })) },
    haveRecount() { hasRecount = true },
    /** When the newest ballot of every box was cast, and before when no further one can have been, by box. */
    tell(at: { newestAt: number, floors: readonly (readonly [nextSeq: number, floor: number])[] }) {
      newestAt = at.newestAt
      floors = at.floors.map(([nextSeq, floor], box) => ({ box, nextSeq, sealedSeq: null, floor }))
    },
    /** Something to publish: a box is counted anew. */
    countAnew() { now = { ...now, generation: now.generation + 1 } },
    loseAnswers(areLost: boolean) { isAnswerLost = areLost },
    get published() { return now.revisions.map(({ revision, isFull }) => `${revision}${isFull ? ' full' : ''}`) },
  }
}

async function setUp() {
  const eventLog = createMemoryEventLog()
  await ensureTopics(eventLog)
  const clock = createHeldClock()
  const database = createDatabase()
  const announced = createAnnouncedRevisions({ eventLog, clock })
  const electorate = { standing: async () => ({ eligible: new Map<string, number>(), nextNumber: 0 }), groups: async () => [], published: async () => [] }
  let now = election
  const claim = async (): Promise<ElectionPublisher> => {
    const publisher = await createElectionPublisher(election.key, { store: database.store, claim: () => database.store.claim(election.key, 'me'), electorate, groupReleases: { decided: async () => [] }, announced, clock, readElection: async () => now })
    if (publisher === undefined) throw new Error('The election is not a draft, and nobody else claims it.')
    return publisher
  }
  return { database, claim, enter(phase: ElectionPhase) { now = { ...election, phase, phaseVersion: now.phaseVersion + 1 } } }
}

test('a revision whose commit was never confirmed may have been seen: after a restore, none gets its number again', async () => {
  const { database, claim } = await setUp()
  database.backUp()
  const first = await claim()
  await first.publish()
  database.countAnew()
  await first.compare()
  database.loseAnswers(true)
  await expect(first.publish()).rejects.toThrow('terminated')
  expect(database.published).toEqual(['1 full', '2'])
  database.loseAnswers(false)
  database.restore()
  expect(await first.publish()).toEqual({ kind: 'SUPERSEDED' })
  const second = await claim()
  await second.publish()
  expect(database.published).toEqual(['3 full'])
})

test('nor where the backup is so young that the same publisher goes on; what skips a number is a full revision', async () => {
  const { database, claim } = await setUp()
  const publisher = await claim()
  await publisher.publish()
  database.countAnew()
  await publisher.compare()
  database.backUp()
  database.loseAnswers(true)
  await expect(publisher.publish()).rejects.toThrow('terminated')
  database.loseAnswers(false)
  database.restore()
  await publisher.publish()
  expect(database.published).toEqual(['1 full', '3 full'])
})

test('an unconfirmed revision that is committed is not published twice', async () => {
  const { database, claim } = await setUp()
  const publisher = await claim()
  database.loseAnswers(true)
  await expect(publisher.publish()).rejects.toThrow('terminated')
  database.loseAnswers(false)
  expect(await publisher.publish()).toEqual({ kind: 'SUPERSEDED' })
  expect(database.published).toEqual(['1 full'])
})

/** What the revisions say, one after the other, while boxes fill and phases change. */
async function saidOf(steps: readonly (readonly [phase: ElectionPhase, ...boxes: readonly [nextSeq: number, sealedSeq: number | null][]])[], prepare: (database: ReturnType<typeof createDatabase>) => void = () => undefined): Promise<string[]> {
  const { database, claim, enter } = await setUp()
  prepare(database)
  const said: string[] = []
  let publisher: ElectionPublisher | undefined
  for (const [phase, ...boxes] of steps) {
    enter(phase)
    database.stand(...boxes)
    database.countAnew()
    publisher ??= await claim()
    await publisher.compare()
    const published = await publisher.publish()
    said.push(published.kind === 'PUBLISHED' ? published.revision.status : published.kind)
  }
  return said
}

test('a result is called certified only when every correction that was certified is in it', async () => {
  expect(await saidOf([
    ['CLOSED', [5, 5], [3, 3], [0, null]],
    ['CERTIFIED', [5, 5], [3, 3], [0, 1]],
    ['CERTIFIED', [5, 5], [3, 3], [1, 1]],
  ])).toEqual(['UNOFFICIAL_COMPLETE', 'UNOFFICIAL_COMPLETE', 'CERTIFIED'])
})

test('and until then it goes on saying what it was: corrected, or recounted', async () => {
  const steps: Parameters<typeof saidOf>[0] = [['CLOSED', [5, 5], [3, 3], [1, null]], ['CERTIFIED', [5, 5], [3, 3], [1, 2]], ['CERTIFIED', [5, 5], [3, 3], [2, 2]]]
  expect(await saidOf(steps)).toEqual(['CORRECTION', 'CORRECTION', 'CERTIFIED'])
  expect(await saidOf(steps, (database) => database.haveRecount())).toEqual(['RECOUNT', 'RECOUNT', 'CERTIFIED'])
})

test('without corrections certification says so at once; while a ballot is missing nothing is complete, whatever the phase', async () => {
  expect(await saidOf([
    ['CLOSED', [5, 5], [2, 3], [0, null]],
    ['CERTIFIED', [5, 5], [2, 3], [0, 0]],
    ['CERTIFIED', [5, 5], [3, 3], [0, null]],
    ['CERTIFIED', [5, 5], [3, 3], [0, 0]],
  ])).toEqual(['UNOFFICIAL_PARTIAL', 'UNOFFICIAL_PARTIAL', 'UNOFFICIAL_COMPLETE', 'CERTIFIED'])
})

const at = crumbleton.at

test('windows that were told as final stay so: for a successor that knows no floors yet, and where a clock was set back', async () => {
  const { database, claim } = await setUp()
  database.stand([5, null], [3, null], [0, null])
  database.tell({ newestAt: at('08:00:27'), floors: [[5, at('08:00:25')], [3, at('08:00:31')]] })
  const said = async (publisher: ElectionPublisher): Promise<number | null | undefined> => {
    database.countAnew()
    await publisher.compare()
    const published = await publisher.publish()
    return published.kind === 'PUBLISHED' ? published.revision.finalUntil : undefined
  }
  const first = await claim()
  expect(await said(first)).toBe(at('08:00:20'))
  database.tell({ newestAt: at('08:00:27'), floors: [[5, at('08:00:15')], [3, at('08:00:15')]] })
  expect(await said(first), 'floors that fell').toBe(at('08:00:20'))
  database.tell({ newestAt: at('08:00:27'), floors: [] })
  const second = await claim()
  expect(await said(second), 'no floors').toBe(at('08:00:20'))
  database.tell({ newestAt: at('08:00:27'), floors: [[5, at('08:00:30')], [3, at('08:00:30')]] })
  expect(await said(second), 'floors that rose').toBe(at('08:00:30'))
})

test('a publisher whose database was restored under it hears so when it compares, before it says anything', async () => {
  const { database, claim } = await setUp()
  const publisher = await claim()
  database.backUp()
  await publisher.publish()
  database.restore()
  expect(await publisher.compare()).toBe('SUPERSEDED')
})

test('a box that was sealed and is open again in a restored database is told as open', async () => {
  const { database, claim, enter } = await setUp()
  enter('CLOSED')
  database.stand([5, 5], [3, 3], [0, null])
  const publisher = await claim()
  const seals = async (): Promise<unknown> => {
    database.countAnew()
    await publisher.compare()
    const published = await publisher.publish()
    return published.kind === 'PUBLISHED' && [published.revision.status, ...published.revision.vector.map(({ sealedSeq }) => sealedSeq)]
  }
  expect(await seals()).toEqual(['UNOFFICIAL_COMPLETE', 5, 3, null])
  database.stand([5, 5], [3, null], [0, null])
  expect(await seals()).toEqual(['UNOFFICIAL_PARTIAL', 5, null, null])
})
