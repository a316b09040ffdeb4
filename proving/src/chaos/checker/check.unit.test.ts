import { describe, expect, test } from 'vitest'
import type { Attempt, BallotAnswer, Frame, HistoryLine } from '../history/history.js'
import { check, type LedgerEvidence } from './check.js'
import { FINDINGS, type Finding } from './findings.js'
import type { PaperBallot, PaperElection } from './paper-count.js'

/** Two offices vote on breakfast; nobody may mark more than one, and choices are shown two at a time. */
const PAPER: PaperElection = { releaseSize: 2, contests: [{ id: 'breakfast', votesAllowed: 1, options: ['waffles', 'porridge'], units: new Set(['kitchen']) }] }

const WAFFLES = { selections: { breakfast: ['waffles'] } }
const PORRIDGE = { selections: { breakfast: ['porridge'] } }
const ballot = (seq: number, tracker: string, { selections }: Pick<PaperBallot, 'selections'> = WAFFLES): PaperBallot => ({ box: 0, seq, tracker, castAt: seq * 1_000, unit: 'kitchen', selections })

const LEDGER = [ballot(0, 'ann-1'), ballot(1, 'ben-1', PORRIDGE), ballot(2, 'cat-1')]

const accepted = (tracker: string): BallotAnswer => ({ verdict: 'accepted', tracker, castAt: '2025-11-04T08:00:00Z' })
const attempt = (voter: string, outcome: Attempt['outcome'], key = `${voter}-key`): Attempt => ({ type: 'attempt', api: 0, sentAt: 0, answeredAt: 1, ballots: [{ voter, key }], outcome })
const told = (voter: string, answer: BallotAnswer, key?: string): Attempt => attempt(voter, { answers: [answer] }, key)
/** `turnout` ballots, of which the choices in `counts` are shown: those below entry `shown` of the box. */
const frame = (revision: number, nextSeq: number, turnout: number, counts: number[], shown = 0, over: Partial<Frame> = {}): Frame => ({
  type: 'frame', viewer: 0, api: 0, at: 0, revision, status: 'UNOFFICIAL_PARTIAL', ballotsCast: turnout, choicesPending: turnout - (counts[0] ?? 0), boxes: [{ box: 0, generation: 1, nextSeq }],
  frontier: shown === 0 ? [] : [{ box: 0, place: 'kitchen', seq: shown }], counts, ...over,
})
const NONE = [0, 0, 0, 0, 0]

/** The box is sealed by entry 3. */
const HAPPY: HistoryLine[] = [
  told('Ann', accepted('ann-1')),
  frame(1, 0, 0, NONE),
  attempt('Ben', { failure: 'UNREACHABLE' }),
  told('Ben', accepted('ben-1')),
  frame(2, 2, 2, NONE),
  told('Cat', accepted('cat-1')),
  told('Ann', accepted('ann-1')),
  told('Cat', { verdict: 'refused', type: 'AlreadyVoted' }, 'another key'),
  frame(3, 3, 3, NONE),
  frame(4, 4, 3, [3, 0, 0, 2, 1], 4),
]

async function* each<T>(items: readonly T[]): AsyncGenerator<T, undefined> {
  yield* items
  return undefined
}

/** The entry behind the last ballot seals the box. */
async function findingsOf(lines: readonly HistoryLine[], ballots: readonly PaperBallot[] = LEDGER, participations = ballots.length): Promise<Partial<Record<Finding, number>>> {
  const seal = ballots.length
  const ledger: LedgerEvidence = { heads: new Map([[0, seal + 1]]), seals: new Map([[0, seal]]), participations, read: () => each(ballots) }
  const { findings } = await check(each(lines), ledger, PAPER, 1)
  return Object.fromEntries(FINDINGS.flatMap((finding) => findings.all[finding].count === 0 ? [] : [[finding, findings.all[finding].count]]))
}

/** All but the last: voting goes on. */
const OPEN = HAPPY.slice(0, -1)
/** What is shown after a fourth ballot, once all is sealed. */
const FOURTH = frame(4, 5, 4, [4, 0, 0, 3, 1], 5)

describe('the checker', () => {
  test('finds nothing where every voter has one ballot and every viewer saw it', async () => {
    expect(await findingsOf(HAPPY)).toEqual({})
  })

  test('finds a ballot lost whose voter holds a receipt', async () => {
    expect(await findingsOf([...HAPPY, told('Dot', accepted('dot-1'))])).toEqual({ lost: 1 })
  })

  test('finds a ballot lost where two voters were given one receipt', async () => {
    expect(await findingsOf([...HAPPY, told('Dot', accepted('ann-1'))])).toEqual({ lost: 1 })
  })

  test('finds a voter doubled who was accepted under two keys', async () => {
    expect(await findingsOf([...HAPPY, told('Ann', accepted('cat-1'), 'another key')])).toMatchObject({ doubled: 1 })
  })

  test('finds ballots doubled of which there are more than voters', async () => {
    expect(await findingsOf(HAPPY, LEDGER, 2)).toEqual({ doubled: 1 })
  })

  test('finds a ballot invented that nobody was told of', async () => {
    expect(await findingsOf([...OPEN, FOURTH], [...LEDGER, ballot(3, 'nobody-1')])).toEqual({ invented: 1 })
  })

  test('believes in a ballot whose voter never heard an answer', async () => {
    expect(await findingsOf([...OPEN, attempt('Dot', { failure: 'UNREACHABLE' }), FOURTH], [...LEDGER, ballot(3, 'dot-1')])).toEqual({})
  })

  test('finds results invented that name more entries than the box has', async () => {
    expect(await findingsOf([...OPEN, frame(4, 5, 3, [3, 0, 0, 2, 1], 4)])).toMatchObject({ invented: 1 })
  })

  test('finds a receipt changed for the same key', async () => {
    expect(await findingsOf([...HAPPY, told('Ann', { verdict: 'accepted', tracker: 'ann-1', castAt: '2025-11-04T09:00:00Z' })])).toEqual({ 'changed receipt': 1 })
  })

  test.each([
    ['an older revision', frame(2, 4, 3, [3, 0, 0, 2, 1], 4)],
    ['fewer ballots', frame(5, 4, 2, [2, 0, 0, 1, 1], 4)],
    ['fewer votes of an option', frame(5, 4, 3, [3, 0, 0, 1, 2], 4)],
    ['a box that went back', frame(5, 3, 3, [3, 0, 0, 2, 1], 4)],
    ['a box of an older generation', frame(5, 4, 3, [3, 0, 0, 2, 1], 4, { boxes: [{ box: 0, generation: 0, nextSeq: 4 }] })],
    ['choices that are held back again', frame(5, 4, 3, [3, 0, 0, 2, 1], 2)],
    ['a place whose choices vanished', frame(5, 4, 3, [3, 0, 0, 2, 1])],
  ])('finds that a viewer was shown %s', async (_, shown) => {
    expect(await findingsOf([...HAPPY, shown])).toMatchObject({ 'non-monotonic': 1 })
  })

  test('finds a box in which time went back', async () => {
    const [ann, ben, cat] = LEDGER
    expect(ann && ben && cat && await findingsOf(HAPPY, [ann, { ...ben, castAt: 7_000 }, cat])).toEqual({ 'non-monotonic': 1 })
  })

  test('finds that the last ballot was published to nobody', async () => {
    expect(await findingsOf(OPEN)).toEqual({ 'never published': 1 })
  })

  test('finds a revision that is not the count of the ballots it names', async () => {
    expect(await findingsOf([...HAPPY, frame(5, 4, 3, [3, 0, 0, 2, 2], 4)])).toEqual({ miscounted: 1 })
  })

  test('finds one revision that two viewers read differently', async () => {
    expect(await findingsOf([...HAPPY, frame(4, 4, 3, [3, 0, 0, 2, 5], 4, { viewer: 7 })])).toEqual({ miscounted: 1 })
  })

  test('finds a ballot refused while the election was open', async () => {
    expect(await findingsOf([...HAPPY, told('Dot', { verdict: 'refused', type: 'ElectionNotOpen' })])).toEqual({ refused: 1 })
  })

  test('counts too many marks as no vote, and none as an undervote', async () => {
    const ballots = [ballot(0, 'ann-1', { selections: { breakfast: ['waffles', 'porridge'] } }), ballot(1, 'ben-1', { selections: {} })]
    expect(await findingsOf([told('Ann', accepted('ann-1')), told('Ben', accepted('ben-1')), frame(1, 3, 2, [2, 1, 1, 0, 0], 3)], ballots)).toEqual({})
  })

  test('finds choices shown whose group is not complete, or not followed by another complete one', async () => {
    expect(await findingsOf([...OPEN, frame(5, 3, 3, [2, 0, 0, 1, 1], 2), frame(6, 4, 3, [3, 0, 0, 2, 1], 4)])).toEqual({ revealed: 1, miscounted: 1 })
  })

  test('finds choices held back that ought to be shown', async () => {
    expect(await findingsOf([...OPEN, frame(4, 4, 3, NONE)])).toEqual({ miscounted: 1 })
  })

  test('finds that more ballots are said to be held back than are', async () => {
    expect(await findingsOf([...OPEN, frame(4, 4, 3, [3, 0, 0, 2, 1], 4, { choicesPending: 1 })])).toEqual({ miscounted: 1 })
  })

  test('follows a place through its groups: of two ballots that differ, and of six that are all alike', async () => {
    // Waffles and porridge, six times waffles, porridge and waffles, waffles.
    const ballots = [WAFFLES, PORRIDGE, ...Array.from({ length: 6 }, () => WAFFLES), PORRIDGE, WAFFLES, WAFFLES].map((choice, seq) => ballot(seq, `t-${seq}`, choice))
    const cast = ballots.map(({ tracker }) => told(tracker, accepted(tracker)))
    const shown = [frame(1, 7, 7, NONE), frame(2, 8, 8, [2, 0, 0, 1, 1], 2), frame(3, 9, 9, [2, 0, 0, 1, 1], 2), frame(4, 10, 10, [8, 0, 0, 7, 1], 8), frame(5, 11, 11, [8, 0, 0, 7, 1], 8), frame(6, 12, 11, [11, 0, 0, 9, 2], 12)]
    expect(await findingsOf([...cast, ...shown], ballots)).toEqual({})
    expect(await findingsOf([...cast, ...shown.slice(0, -2), frame(5, 11, 11, [10, 0, 0, 8, 2], 10), frame(6, 12, 11, [11, 0, 0, 9, 2], 12)], ballots)).toMatchObject({ revealed: 1 })
  })
})
