import { describe, expect, test } from 'vitest'
import type { Attempt, BallotAnswer, Frame, HistoryLine } from '../history/history.js'
import { check, type LedgerEvidence } from './check.js'
import { FINDINGS, type Finding } from './findings.js'
import type { PaperBallot, PaperContest } from './paper-count.js'

/** Two offices vote on breakfast; nobody may mark more than one. */
const PAPER: PaperContest[] = [{ id: 'breakfast', votesAllowed: 1, options: ['waffles', 'porridge'], units: new Set(['kitchen']) }]

const WAFFLES = { selections: { breakfast: ['waffles'] } }
const PORRIDGE = { selections: { breakfast: ['porridge'] } }
const ballot = (seq: number, tracker: string, { selections }: Pick<PaperBallot, 'selections'> = WAFFLES): PaperBallot => ({ box: 0, seq, tracker, castAt: seq * 1_000, unit: 'kitchen', selections })

const LEDGER = [ballot(0, 'ann-1'), ballot(1, 'ben-1', PORRIDGE), ballot(2, 'cat-1')]

const accepted = (tracker: string): BallotAnswer => ({ verdict: 'accepted', tracker, castAt: '2025-11-04T08:00:00Z' })
const attempt = (voter: string, outcome: Attempt['outcome'], key = `${voter}-key`): Attempt => ({ type: 'attempt', api: 0, sentAt: 0, answeredAt: 1, ballots: [{ voter, key }], outcome })
const told = (voter: string, answer: BallotAnswer, key?: string): Attempt => attempt(voter, { answers: [answer] }, key)
const frame = (revision: number, nextSeq: number, counts: number[], over: Partial<Frame> = {}): Frame =>
  ({ type: 'frame', viewer: 0, api: 0, at: 0, revision, status: 'UNOFFICIAL_PARTIAL', ballotsCast: counts[0] ?? 0, boxes: [{ box: 0, generation: 1, nextSeq }], counts, ...over })

const HAPPY: HistoryLine[] = [
  told('Ann', accepted('ann-1')),
  frame(1, 0, [0, 0, 0, 0, 0]),
  attempt('Ben', { failure: 'UNREACHABLE' }),
  told('Ben', accepted('ben-1')),
  frame(2, 2, [2, 0, 0, 1, 1]),
  told('Cat', accepted('cat-1')),
  told('Ann', accepted('ann-1')),
  told('Cat', { verdict: 'refused', type: 'AlreadyVoted' }, 'another key'),
  frame(3, 3, [3, 0, 0, 2, 1]),
]

async function* each<T>(items: readonly T[]): AsyncGenerator<T, undefined> {
  yield* items
  return undefined
}

async function findingsOf(lines: readonly HistoryLine[], ballots: readonly PaperBallot[] = LEDGER, participations = ballots.length): Promise<Partial<Record<Finding, number>>> {
  const ledger: LedgerEvidence = { heads: new Map([[0, ballots.length]]), participations, read: () => each(ballots) }
  const { findings } = await check(each(lines), ledger, PAPER, 1)
  return Object.fromEntries(FINDINGS.flatMap((finding) => findings.all[finding].count === 0 ? [] : [[finding, findings.all[finding].count]]))
}

const without = (line: HistoryLine): HistoryLine[] => HAPPY.filter((one) => one !== line)

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
    expect(await findingsOf([...HAPPY, frame(4, 4, [4, 0, 0, 3, 1])], [...LEDGER, ballot(3, 'nobody-1')])).toEqual({ invented: 1 })
  })

  test('believes in a ballot whose voter never heard an answer', async () => {
    expect(await findingsOf([...HAPPY, attempt('Dot', { failure: 'UNREACHABLE' }), frame(4, 4, [4, 0, 0, 3, 1])], [...LEDGER, ballot(3, 'dot-1')])).toEqual({})
  })

  test('finds results invented that name more entries than the box has', async () => {
    expect(await findingsOf([...HAPPY, frame(4, 4, [4, 0, 0, 3, 1])])).toMatchObject({ invented: 1 })
  })

  test('finds a receipt changed for the same key', async () => {
    expect(await findingsOf([...HAPPY, told('Ann', { verdict: 'accepted', tracker: 'ann-1', castAt: '2025-11-04T09:00:00Z' })])).toEqual({ 'changed receipt': 1 })
  })

  test.each([
    ['an older revision', frame(2, 3, [3, 0, 0, 2, 1])],
    ['fewer ballots', frame(4, 2, [2, 0, 0, 1, 1])],
    ['fewer votes of an option', { ...frame(4, 3, [3, 0, 0, 1, 2]) }],
    ['a box that went back', frame(4, 2, [3, 0, 0, 2, 1])],
    ['a box of an older generation', frame(4, 3, [3, 0, 0, 2, 1], { boxes: [{ box: 0, generation: 0, nextSeq: 3 }] })],
  ])('finds that a viewer was shown %s', async (_, shown) => {
    expect(await findingsOf([...HAPPY, shown])).toMatchObject({ 'non-monotonic': 1 })
  })

  test('finds a box in which time went back', async () => {
    const [ann, ben, cat] = LEDGER
    expect(ann && ben && cat && await findingsOf(HAPPY, [ann, { ...ben, castAt: 7_000 }, cat])).toEqual({ 'non-monotonic': 1 })
  })

  test('finds that the last ballot was published to nobody', async () => {
    expect(await findingsOf(without(HAPPY.at(-1) ?? frame(0, 0, [])))).toEqual({ 'never published': 1 })
  })

  test('finds a revision that is not the count of the ballots it names', async () => {
    expect(await findingsOf([...HAPPY, frame(4, 3, [3, 0, 0, 2, 2])])).toEqual({ miscounted: 1 })
  })

  test('finds one revision that two viewers read differently', async () => {
    expect(await findingsOf([...HAPPY, frame(3, 3, [3, 0, 0, 2, 5], { viewer: 7 })])).toEqual({ miscounted: 1 })
  })

  test('finds a ballot refused while the election was open', async () => {
    expect(await findingsOf([...HAPPY, told('Dot', { verdict: 'refused', type: 'ElectionNotOpen' })])).toEqual({ refused: 1 })
  })

  test('counts too many marks as no vote, and none as an undervote', async () => {
    const ballots = [ballot(0, 'ann-1', { selections: { breakfast: ['waffles', 'porridge'] } }), ballot(1, 'ben-1', { selections: {} })]
    expect(await findingsOf([told('Ann', accepted('ann-1')), told('Ben', accepted('ben-1')), frame(1, 2, [2, 1, 1, 0, 0])], ballots)).toEqual({})
  })
})
