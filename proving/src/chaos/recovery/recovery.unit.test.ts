import { expect, test } from 'vitest'
import type { Attempt, FaultDone, HistoryLine, Sample } from '../history/history.js'
import { heldAgainst, timesByKind, type Goal } from './goals.js'
import { recoveriesOf } from './recovery.js'
import { votesWhile } from './votes-while.js'

const fault = (at: number, over: Partial<FaultDone> = {}): FaultDone => ({ type: 'fault', kind: 'worker killed', target: 'workers 0', apis: [], at, endedAt: at, recoversFrom: at, ...over })
/** Two boxes that move alike. */
const sample = (at: number, accepted: number, relayed: number, tabulated: number, published: number): Sample =>
  ({ type: 'sample', at, revision: 1, boxes: [0, 1].map((box) => ({ box, accepted, relayed, tabulated, published })) })
const vote = (api: number, sentAt: number, answeredAt: number): Attempt =>
  ({ type: 'attempt', api, sentAt, answeredAt, ballots: [{ voter: 'Ann', key: 'k' }], outcome: { answers: [{ verdict: 'accepted', tracker: 't', castAt: 'c' }] } })

async function* each(lines: readonly HistoryLine[]): AsyncGenerator<HistoryLine, undefined> {
  yield* lines
  return undefined
}

const COUNTING = [sample(990, 10, 10, 10, 9), sample(1_010, 12, 11, 10, 9), sample(2_000, 20, 13, 12, 9), sample(3_000, 30, 25, 13, 12), sample(4_000, 40, 35, 30, 13)]

test('a worker is back when every box has an entry that was accepted after its death', async () => {
  const [recovery] = await recoveriesOf(each([fault(1_000), ...COUNTING]))
  expect(recovery).toMatchObject({ relaying: 1_000, counting: 2_000, publishing: 3_000, isDisturbed: false })
})

test('a box that gets no more votes is not waited for', async () => {
  const quiet = COUNTING.map((one) => ({ ...one, boxes: [...one.boxes, { box: 2, accepted: 5, relayed: 5, tabulated: 5, published: 5 }] }))
  expect(await recoveriesOf(each([fault(1_000), ...quiet]))).toMatchObject([{ counting: 2_000 }])
})

test('an API is back when it accepts a vote that was sent to it after its death', async () => {
  const killed = fault(1_000, { kind: 'API killed', apis: [1] })
  const [recovery] = await recoveriesOf(each([vote(1, 990, 1_200), vote(0, 1_010, 1_020), vote(1, 2_500, 2_700), killed]))
  expect(recovery?.accepting).toBe(1_700)
})

test('what never went on again has no time', async () => {
  const [recovery] = await recoveriesOf(each([fault(1_000, { apis: [0] }), ...COUNTING.slice(0, 3)]))
  expect(recovery).toMatchObject({ accepting: undefined, counting: undefined, publishing: undefined })
})

test('a fault that another one meets is told apart, and no goal is held against it', async () => {
  const recoveries = await recoveriesOf(each([fault(1_000), fault(2_500, { kind: 'Kafka killed' }), ...COUNTING]))
  expect(recoveries[0]).toMatchObject({ isDisturbed: true })
  expect(timesByKind(recoveries).find(({ kind }) => kind === 'worker killed')).toMatchObject({ done: 1, alone: 0, stages: {} })
})

test('a goal is reached if the worst time is within it', async () => {
  const times = timesByKind(await recoveriesOf(each([fault(1_000), ...COUNTING])))
  const held = (goal: Goal) => heldAgainst([goal], times)
  expect(held({ kind: 'worker killed', stage: 'counting', withinMs: 2_000 })).toMatchObject([{ worst: { of: 1, ms: 2_000, isReached: true } }])
  expect(held({ kind: 'worker killed', stage: 'counting', withinMs: 1_999 })).toMatchObject([{ worst: { isReached: false } }])
  expect(held({ kind: 'worker killed', stage: 'accepting', withinMs: 1_999 })).toEqual([{ goal: { kind: 'worker killed', stage: 'accepting', withinMs: 1_999 } }])
  expect(held({ kind: 'API killed', stage: 'accepting', withinMs: 1_999 })).toEqual([])
})

test('votes are told by what they met while a part was away', async () => {
  const refused: Attempt = { ...vote(0, 1_500, 1_510), outcome: { answers: [{ verdict: 'refused', type: 'ElectionNotOpen' }] } }
  const again: Attempt = { ...refused, outcome: { answers: [{ verdict: 'refused', type: 'AlreadyVoted' }] } }
  const unanswered: Attempt = { ...vote(0, 1_600, 4_600), outcome: { failure: 'UNAVAILABLE' } }
  const history = [vote(0, 990, 1_200), vote(0, 1_000, 1_010), refused, again, unanswered, vote(0, 3_000, 3_010)]
  expect(await votesWhile(each(history), { from: 1_000, until: 3_000 })).toEqual({ seconds: 2, accepted: 1, refused: 1, unanswered: 1 })
})
