import type { Election, ElectionDefinitionInput } from '@livetally/core/election'
import type { TrackedBallot } from '@livetally/core/store'
import { describe, expect, test } from 'vitest'
import { breakfastElection, knownBreakfast } from '../testing/breakfast-election.js'
import { createReceiptDesk } from './receipt-desk.js'

const TRACKER = '5b0c7e1e-9d0f-4c53-8a2e-6f1d2b7c9a10'
const CAST_AT = Date.parse('2026-05-04T12:34:56Z')

interface World {
  ballot?: Partial<TrackedBallot>
  /** How far the ballot's box is tallied, and published. */
  tallied?: number
  published?: number
  /** How far choices are released, by cell. */
  released?: Record<string, number>
}

/** The ballot with `seq` 40 of box 2, cast on election day at hall n2 of the breakfast election. */
function deskOf(election: Election, { ballot, tallied = 0, published = 0, released = {} }: World) {
  const asked: string[] = []
  const found: TrackedBallot = { election: election.key, box: 2, seq: 40, castAt: CAST_AT, commitment: Buffer.alloc(32), unit: 'n2', channel: 'ELECTION_DAY', ...ballot }
  const desk = createReceiptDesk({
    ledger: { findByTracker: async (tracker) => tracker === TRACKER ? found : undefined },
    elections: { get: async (key) => key === election.key ? knownBreakfast(election) : undefined },
    revisions: {
      firstHolding: async (_election, box, seq) => box === 2 && seq < published ? { revision: 11, publishedAt: new Date(1_000) } : undefined,
      async firstReleasing(_election, cell, seq) {
        asked.push(cell)
        return seq < (released[cell] ?? 0) ? { revision: 17, publishedAt: new Date(9_000) } : undefined
      },
      positions: async () => [{ box: 2, generation: 1, nextSeq: tallied, sealedSeq: null, chain: '', newestAt: null, views: [] }],
    },
  })
  return { find: () => desk.find(TRACKER), asked, desk }
}

const secret = (changes: Partial<ElectionDefinitionInput> = {}) => breakfastElection({ ballotSecrecy: 'SECRET', ...changes })

describe('the receipt of a secret ballot', () => {
  test('says that it is accepted, then tabulated, and shows the minute in which it was cast', async () => {
    expect(await deskOf(secret(), { tallied: 40 }).find()).toMatchObject({ state: 'ACCEPTED', choicesReleased: false, revision: null, castAt: Date.parse('2026-05-04T12:34:00Z') })
    expect(await deskOf(secret(), { tallied: 41 }).find()).toMatchObject({ state: 'TABULATED', choicesReleased: false, revision: null })
  })

  test('says once it is counted in turnout that its choices are still held back, and names no revision to subtract', async () => {
    expect(await deskOf(secret(), { tallied: 41, published: 41, released: { '2/n2/': 40 } }).find())
      .toMatchObject({ state: 'PUBLISHED', choicesReleased: false, revision: null, publishedAt: null })
  })

  test('names the first revision that shows its choices', async () => {
    expect(await deskOf(secret(), { tallied: 41, published: 41, released: { '2/n2/': 41 } }).find())
      .toMatchObject({ state: 'PUBLISHED', choicesReleased: true, revision: 17, publishedAt: new Date(9_000), castAt: Date.parse('2026-05-04T12:34:00Z') })
  })

  test('follows the channel where choices are told by channel, and the release unit where that is wider than the place', async () => {
    const byChannel = deskOf(secret({ choicesByChannel: true }), { published: 41, released: { '2/n2/ELECTION_DAY': 41, '2/n2/': 99 } })
    expect(await byChannel.find()).toMatchObject({ choicesReleased: true })
    const byWard = deskOf(secret({ releaseUnits: 'WARD' }), { published: 41, released: { '2/north~0/': 41 } })
    expect(await byWard.find()).toMatchObject({ choicesReleased: true })
    expect([...byChannel.asked, ...byWard.asked]).toEqual(['2/n2/ELECTION_DAY', '2/north~0/'])
  })

  test('of a place that the election does not know never has its choices shown, for they are counted nowhere', async () => {
    expect(await deskOf(secret(), { ballot: { unit: 'moon' }, published: 41 }).find()).toMatchObject({ state: 'PUBLISHED', choicesReleased: false })
  })
})

describe('the receipt of an open ballot', () => {
  test('names the first revision that holds it, which shows its choices, and the second in which it was cast', async () => {
    const { find, asked } = deskOf(breakfastElection(), { published: 41 })
    expect(await find()).toMatchObject({ state: 'PUBLISHED', choicesReleased: true, revision: 11, publishedAt: new Date(1_000), castAt: CAST_AT })
    expect(asked).toEqual([])
  })
  test('says nothing of choices before', async () => {
    expect(await deskOf(breakfastElection(), { tallied: 41 }).find()).toMatchObject({ state: 'TABULATED', choicesReleased: false, revision: null })
  })
})

test('a tracker that nobody has leads nowhere, however it is written', async () => {
  const { desk } = deskOf(breakfastElection(), { published: 41 })
  expect(await desk.find(` ${TRACKER.toUpperCase()} `)).toMatchObject({ state: 'PUBLISHED' })
  for (const tracker of ['', 'x', TRACKER.replace('5', '6'), `${TRACKER}0`]) expect(await desk.find(tracker)).toBeUndefined()
})
