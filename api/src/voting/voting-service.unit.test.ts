import type { CastRow, RollAnswer } from '@livetally/core/store'
import { createBallotCaster, type CastOutcome, type IngestedBallot } from '@livetally/core/voting'
import { describe, expect, test } from 'vitest'
import type { StaffClaims, VoterClaims } from '../auth/tokens.js'
import { breakfastElection, knownBreakfast } from '../testing/breakfast-election.js'
import { createVotingService } from './voting-service.js'

/** A ledger of one voter per reference, as cast_batch keeps it. */
function setUp({ known = knownBreakfast(), refreshed = known, obstacle, outcome, roll = {} }: { roll?: Record<string, { unit: string, attributes?: Record<string, string> }>, known?: ReturnType<typeof knownBreakfast>, refreshed?: ReturnType<typeof knownBreakfast>, obstacle?: string, outcome?: CastOutcome } = {}) {
  let newest = known
  const participations = new Map<string, CastRow>()
  const rows: CastRow[] = []
  const boxes: number[] = []
  const onRoll = new Map(Object.entries(roll).map(([voterId, { unit, attributes = {} }]): [string, RollAnswer] => {
    const voterRef = known.keys.voterRef('roll', voterId)
    return [voterRef.toString('hex'), { voterRef, unit, attributes }]
  }))
  const service = createVotingService({
    elections: {
      get: async (key) => key === 7 ? newest : undefined,
      async refresh(key) {
        newest = refreshed
        return key === 7 ? newest : undefined
      },
    },
    obstacle,
    roll: { find: async (_election, refs) => onRoll.size === 0 ? 'NO_ROLL' : refs.map((ref) => onRoll.get(ref.toString('hex'))).find((found) => found !== undefined) },
    caster: createBallotCaster({
      batcher: {
        async cast(_election, box, row) {
          if (outcome !== undefined) return outcome
          if (row.phaseVersion !== refreshed.election.phaseVersion) return { verdict: 'NOT_OPEN', phase: 'OPEN' }
          rows.push(row)
          boxes.push(box)
          const ref = row.voterRef.toString('hex')
          const earlier = participations.get(ref)
          if (earlier !== undefined) return { verdict: 'EXISTS', keyHash: earlier.keyHash, sealedReceipt: earlier.sealedReceipt }
          participations.set(ref, row)
          return { verdict: 'ACCEPTED', castAt: 5_000 }
        },
      },
      stored: {
        async findByTracker(tracker) {
          const row = [...participations.values()].find((candidate) => candidate.tracker === tracker)
          return row && { castAt: 5_000, commitment: row.commitment }
        },
      },
    }),
  })
  return { service, rows, boxes, known }
}

const voter: VoterClaims = { role: 'VOTER', exp: 4_000_000_000, election: 7, ref: Buffer.alloc(32, 5).toString('base64url'), unit: 'n1', channel: 'EARLY', attributes: { age: 'wise' } }
const lab: StaffClaims = { role: 'INGEST', exp: 4_000_000_000, sub: 'lab' }
const waffle = [{ contestId: 'e7/c/dish', optionIds: ['e7/o/dish/waffle'] }]
const pancake = [{ contestId: 'e7/c/dish', optionIds: ['e7/o/dish/pancake'] }]
const own = (idempotencyKey: string, selections = waffle) => ({ electionId: 'e7', idempotencyKey, selections })
const ingested = (changes: Partial<IngestedBallot> = {}): IngestedBallot => ({ idempotencyKey: 'k', sourceBallotNumber: '1', reportingUnitId: 'e7/u/n1', channel: 'ELECTION_DAY', selections: waffle, ...changes })

describe('a voter at a screen', () => {
  test('has a vote accepted with the place, channel and groups of the roll', async () => {
    const { service, rows } = setUp()
    expect(await service.castOwn(voter, own('a'))).toMatchObject({ kind: 'ACCEPTED', election: 7, castAt: 5_000, repeated: false })
    expect(rows[0]?.ballot).toEqual({ unit: 'n1', channel: 'EARLY', attributes: { age: 'wise' }, selections: { dish: ['waffle'] } })
    expect(rows[0]?.phaseVersion).toBe(3)
  })

  test('casts for the session that the code opened, and hears when a newer code has made it void', async () => {
    const { service, rows } = setUp()
    await service.castOwn({ ...voter, codeIssue: 2 }, own('a'))
    await service.castOwn({ ...voter, ref: Buffer.alloc(32, 6).toString('base64url') }, own('b'))
    expect(rows.map(({ codeIssue }) => codeIssue)).toEqual([2, 0])
    const late = setUp({ outcome: { verdict: 'VOID_SESSION' } })
    expect(await late.service.castOwn(voter, own('a'))).toMatchObject({ kind: 'NOT_ELIGIBLE', message: expect.stringContaining('Sign in with the new one') })
  })

  test('hears the same receipt again for the same request', async () => {
    const { service } = setUp()
    const first = await service.castOwn(voter, own('a'))
    expect(await service.castOwn(voter, own('a'))).toEqual({ ...first, repeated: true })
  })

  test('hears of a conflict for another ballot under the same key', async () => {
    const { service } = setUp()
    await service.castOwn(voter, own('a'))
    expect(await service.castOwn(voter, own('a', pancake))).toEqual({ kind: 'IDEMPOTENCY_CONFLICT' })
  })

  test('has already voted under any other key, whatever the ballot says', async () => {
    const { service } = setUp()
    await service.castOwn(voter, own('a'))
    expect(await service.castOwn(voter, own('b'))).toEqual({ kind: 'ALREADY_VOTED' })
  })

  test('is told of too many marks, because they can still be mended', async () => {
    const { service } = setUp()
    const verdict = await service.castOwn(voter, own('a', [{ contestId: 'e7/c/dish', optionIds: ['e7/o/dish/waffle', 'e7/o/dish/toast'] }]))
    expect(verdict).toMatchObject({ kind: 'INVALID_BALLOT', problems: ['The contest "dish" allows 1 mark; 2 were made.'] })
  })

  test.each([
    ['an unknown option', [{ contestId: 'e7/c/dish', optionIds: ['e7/o/dish/soup'] }]],
    ['an option of another contest', [{ contestId: 'e7/c/dish', optionIds: ['e7/o/toppings/jam'] }]],
    ['an option of another election', [{ contestId: 'e7/c/dish', optionIds: ['e8/o/dish/waffle'] }]],
    ['an unknown contest', [{ contestId: 'e7/c/lunch', optionIds: [] }]],
    ['a contest named like a part of the language', [{ contestId: 'e7/c/__proto__', optionIds: [] }]],
    ['a contest named twice', [...waffle, ...pancake]],
  ])('is refused with %s', async (_what, selections) => {
    const { service, rows } = setUp()
    expect(await service.castOwn(voter, own('a', selections))).toMatchObject({ kind: 'INVALID_BALLOT' })
    expect(rows).toEqual([])
  })

  test('whose ballot was overtaken by an extension may cast it again at once, also where nobody has told this process of it', async () => {
    const known = knownBreakfast()
    const { service } = setUp({ known, refreshed: { ...known, election: { ...known.election, phaseVersion: known.election.phaseVersion + 1 } } })
    expect(await service.castOwn(voter, own('a'))).toEqual({ kind: 'ELECTION_NOT_OPEN', phase: 'OPEN' })
    expect(await service.castOwn(voter, own('a'))).toMatchObject({ kind: 'ACCEPTED', repeated: false })
  })

  test('is refused an empty idempotency key', async () => {
    const { service } = setUp()
    expect(await service.castOwn(voter, own(''))).toMatchObject({ kind: 'INVALID_BALLOT', problems: ['The idempotency key must have 1 to 200 characters.'] })
  })

  test('is not eligible in another election than the one signed in to', async () => {
    const { service } = setUp()
    expect(await service.castOwn(voter, { ...own('a'), electionId: 'e8' })).toMatchObject({ kind: 'NOT_ELIGIBLE' })
  })
})

describe('a counting centre', () => {
  test('has answers in the order of its ballots', async () => {
    const { service } = setUp()
    const verdicts = await service.castIngested(lab, 'e7', [
      ingested({ sourceBallotNumber: '1', idempotencyKey: 'a' }), ingested({ sourceBallotNumber: '1', idempotencyKey: 'b' }),
      ingested({ sourceBallotNumber: '2', idempotencyKey: 'c', reportingUnitId: 'e7/u/town' }), ingested({ sourceBallotNumber: '1', idempotencyKey: 'a' }),
    ])
    expect(verdicts.map(({ kind }) => kind)).toEqual(['ACCEPTED', 'ALREADY_VOTED', 'INVALID_BALLOT', 'ACCEPTED'])
  })

  test('may report too many marks, which a ballot on paper can bear', async () => {
    const { service } = setUp()
    const [verdict] = await service.castIngested(lab, 'e7', [ingested({ selections: [{ contestId: 'e7/c/dish', optionIds: ['e7/o/dish/waffle', 'e7/o/dish/toast'] }] })])
    expect(verdict?.kind).toBe('ACCEPTED')
  })

  test('sends each ballot to the box of its polling place', async () => {
    const { service, boxes } = setUp()
    await service.castIngested(lab, 'e7', ['n1', 'n2', 's10'].map((unit, at) => ingested({ sourceBallotNumber: String(at), reportingUnitId: `e7/u/${unit}` })))
    expect(boxes).toEqual([0, 1, 2])
  })

  test('counts a voter of the roll as the same voter who is signed in, with the groups of the roll', async () => {
    const { service, rows, known } = setUp({ roll: { 'café-1': { unit: 'n1', attributes: { age: 'wise' } } } })
    await service.castIngested(lab, 'e7', [ingested({ sourceBallotNumber: null, voterId: ' cafe\u0301-1 ', attributes: [{ attributeId: 'age', valueId: 'young' }] })])
    expect(rows[0]?.voterRef).toEqual(known.keys.voterRef('roll', 'caf\u00e9-1'))
    expect(rows[0]?.ballot.attributes).toEqual({ age: 'wise' })
  })

  test('counts one voter once, however the number is typed', async () => {
    const { service } = setUp({ roll: { V4: { unit: 'n1' } } })
    const verdicts = await service.castIngested(lab, 'e7', ['V4', 'v4', ' v4', '\uff36\uff14', 'v\u200b4'].map((voterId, at) => ingested({ sourceBallotNumber: null, voterId, idempotencyKey: `k${at}` })))
    expect(verdicts.map(({ kind }) => kind)).toEqual(['ACCEPTED', 'ALREADY_VOTED', 'ALREADY_VOTED', 'ALREADY_VOTED', 'ALREADY_VOTED'])
  })

  test.each<[string, Parameters<typeof setUp>[0], Partial<IngestedBallot>, string]>([
    ['of a voter who is not on the roll', { roll: { V4: { unit: 'n1' } } }, { voterId: 'V44' }, 'not on the roll'],
    ['from another place than the roll\'s', { roll: { V4: { unit: 'n2' } } }, { voterId: 'V4' }, 'This voter votes in "n2", as the roll says; the ballot comes from "n1".'],
    ['of a voter where there is no roll', {}, { voterId: 'V4' }, 'send a sourceBallotNumber instead'],
  ])('is told that a ballot %s is not eligible', async (_what, world, changes, message) => {
    const { service, rows } = setUp(world)
    expect(await service.castIngested(lab, 'e7', [ingested({ sourceBallotNumber: null, ...changes })])).toEqual([{ kind: 'NOT_ELIGIBLE', message: expect.stringContaining(message) }])
    expect(rows).toEqual([])
  })

  test('keeps its ballot numbers apart from those of another centre', async () => {
    const { service, rows } = setUp()
    await service.castIngested(lab, 'e7', [ingested()])
    await service.castIngested({ ...lab, sub: 'town hall' }, 'e7', [ingested()])
    expect(rows[0]?.voterRef).not.toEqual(rows[1]?.voterRef)
  })

  test.each([
    ['neither a voter nor a ballot number', { sourceBallotNumber: null }],
    ['both a voter and a ballot number', { voterId: 'v' }],
    ['a blank voter', { sourceBallotNumber: null, voterId: '  ' }],
    ['a time, where the ledger\'s clock counts', { castAt: new Date(0) }],
    ['a unit where nobody votes', { reportingUnitId: 'e7/u/town' }],
    ['an attribute that is not known', { attributes: [{ attributeId: 'e7/a/shoe-size', valueId: '44' }] }],
    ['an attribute named twice', { attributes: [{ attributeId: 'age', valueId: 'wise' }, { attributeId: 'e7/a/age', valueId: 'young' }] }],
  ])('is refused a ballot with %s', async (_what, changes) => {
    const { service, rows } = setUp()
    const [verdict] = await service.castIngested(lab, 'e7', [ingested(changes)])
    expect(verdict?.kind).toBe('INVALID_BALLOT')
    expect(rows).toEqual([])
  })

  test('may say when a ballot was cast in an election with imported time, from its opening on, but not that it will be', async () => {
    const known = knownBreakfast(breakfastElection({ time: { source: 'IMPORTED' } }))
    const { service, rows } = setUp({ known })
    const [verdict] = await service.castIngested(lab, 'e7', [ingested({ castAt: new Date(86_400_000) })])
    expect(verdict?.kind).toBe('ACCEPTED')
    expect(rows[0]?.castAt).toBe(86_400_000)
    const future = setUp({ known, outcome: { verdict: 'IN_FUTURE', now: Date.parse('2026-05-04T10:00:00Z') } })
    expect(await future.service.castIngested(lab, 'e7', [ingested({ castAt: new Date('2062-05-04T10:00:00Z') })])).toEqual([{ kind: 'INVALID_BALLOT', problems: [
      'castAt is 2062-05-04T10:00:00.000Z. It must lie between 2026-01-01T06:00:00.000Z, from when on ballots of this election count, and 2 minutes after the clock of the ledger, which says 2026-05-04T10:00:00.000Z.',
    ] }])
    const early = setUp({ known, outcome: { verdict: 'BEFORE_OPENING', earliest: Date.parse('2026-01-01T06:00:00Z') } })
    expect(await early.service.castIngested(lab, 'e7', [ingested({ castAt: new Date('1926-05-04T10:00:00Z') })])).toEqual([{ kind: 'INVALID_BALLOT', problems: [
      'castAt is 1926-05-04T10:00:00.000Z. It must lie between 2026-01-01T06:00:00.000Z, from when on ballots of this election count, and 2 minutes after the clock of the ledger.',
    ] }])
  })

  test('is refused more than 1,000 ballots at once', async () => {
    const { service } = setUp()
    await expect(service.castIngested(lab, 'e7', Array.from({ length: 1_001 }, () => ingested()))).rejects.toThrow('At most 1000 ballots')
  })
})

describe('no vote is said to be accepted that might not be', () => {
  test('an unknown outcome asks for the same key again', async () => {
    const { service } = setUp({ outcome: { verdict: 'UNKNOWN' } })
    await expect(service.castOwn(voter, own('a'))).rejects.toMatchObject({ code: 'UNAVAILABLE', message: 'The outcome is unknown: ask again with the same idempotency key.' })
  })

  test('a full queue says when to come back', async () => {
    const { service } = setUp({ outcome: { verdict: 'BUSY', retryAfterMs: 1_000 } })
    await expect(service.castOwn(voter, own('a'))).rejects.toMatchObject({ code: 'UNAVAILABLE', extensions: { retryAfterMs: 1_000 } })
  })

  test('a closed election says so', async () => {
    const { service } = setUp({ outcome: { verdict: 'NOT_OPEN', phase: 'CLOSED' } })
    expect(await service.castOwn(voter, own('a'))).toEqual({ kind: 'ELECTION_NOT_OPEN', phase: 'CLOSED' })
  })

  test('a process with another master key accepts nothing', async () => {
    const { service, rows } = setUp({ known: knownBreakfast(breakfastElection(), false) })
    await expect(service.castOwn(voter, own('a'))).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('another master key') })
    expect(rows).toEqual([])
  })

  test('a database that may lose votes in a power cut is given none', async () => {
    const { service, rows } = setUp({ obstacle: 'Postgres runs with fsync = off' })
    await expect(service.castIngested(lab, 'e7', [ingested()])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(rows).toEqual([])
  })
})
