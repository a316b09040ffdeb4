import { randomUUID } from 'node:crypto'
import { electionKeyOf } from '@livetally/core/voting'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>
let clara: string
let carl: string

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'corrections', apis: 2 })
  town = breakfastTown(network)
  clara = await network.issueToken({ role: 'CLERK', subject: 'Clara' })
  carl = await network.issueToken({ role: 'CLERK', subject: 'Carl' })
})
afterAll(() => network[Symbol.asyncDispose]())

interface Change { count: string, contestId?: string, optionId?: string, old: number, new: number }
interface Line { seq: number, type: string, by: string, reason: string, reportingUnit: { name: string }, channel: string, changes: { count: string, contest: { title: string } | null, option: { name: string } | null, old: number, new: number }[] }
interface Answer { __typename: string, message?: string, repeated?: boolean, correction?: Line, counts?: { old: number, new: number }[], problems?: { path: string, message: string }[], phase?: string }
interface Results {
  status: string, ballotsCast: number, corrections: Line[]
  contest: { ballots: number, totals: { votes: number }[] }
  timeline: { ballots: number, late: number, corrected: number }[]
  breakdown: { cells: { ballots: number }[] }
}

const LINE = 'seq type by reason channel reportingUnit { name } changes { count contest { title } option { name } old new }'

async function correct(id: string, changes: Change[], { token = clara, key = randomUUID() as string, type = 'CORRECTION', reason = 'Two piles were swapped.', api = 0 } = {}): Promise<Answer> {
  const input = { electionId: id, idempotencyKey: key, type, reportingUnitId: `${id}/u/n1`, channel: 'ELECTION_DAY', changes, reason }
  const { correctResults } = await network.graphql<{ correctResults: Answer }>(`mutation($input: CorrectResultsInput!) { correctResults(input: $input) {
    __typename
    ... on ResultsCorrected { repeated correction { ${LINE} } }
    ... on InvalidCorrection { message problems { path message } }
    ... on CountsHaveChanged { message counts { old new } }
    ... on CorrectionNotAllowed { message phase }
    ... on CorrectionConflict { message }
  } }`, { input }, { token, api })
  return correctResults
}

async function results(id: string): Promise<Results> {
  const { election } = await network.graphql<{ election: { results: Results } }>(`query($id: ID!, $dish: ID!) { election(id: $id) { results {
    status ballotsCast corrections { ${LINE} }
    contest(id: $dish) { ballots totals { votes } }
    timeline(contestId: $dish, window: { kind: TUMBLING, size: "P1D" }) { ballots late corrected }
    breakdown(contestId: $dish, by: ["age"]) { cells { ballots } }
  } } }`, { id, dish: `${id}/c/dish` })
  return election.results
}

const votes = (id: string, dish: string, old: number, now: number): Change => ({ count: 'VOTES', contestId: `${id}/c/dish`, optionId: `${id}/o/dish/${dish}`, old, new: now })
const votesOf = ({ contest }: Results): number[] => contest.totals.map((total) => total.votes)

/** Three ballots for waffles at Hall 1, in the published results. */
async function breakfast(): Promise<string> {
  const id = await town.open()
  await town.ingest(id, [{}, {}, {}])
  await eventually(async () => (await results(id)).ballotsCast === 3 || undefined, { limitMs: 30_000, what: 'three ballots in the results' })
  return id
}
const shows = (id: string, what: string, isShown: (now: Results) => boolean): Promise<unknown> => eventually(async () => isShown(await results(id)) || undefined, { limitMs: 30_000, what })
/** One ballot less at Hall 1, which was blank in the contest of the north and for waffles else. */
const oneLess = (id: string): Change[] => [
  { count: 'BALLOTS', old: 3, new: 2 },
  { count: 'BALLOTS', contestId: `${id}/c/dish`, old: 3, new: 2 }, votes(id, 'waffle', 3, 2),
  { count: 'BALLOTS', contestId: `${id}/c/toppings`, old: 3, new: 2 }, { count: 'UNDERVOTES', contestId: `${id}/c/toppings`, old: 6, new: 4 },
]

describe('a clerk who corrects published counts', () => {
  test('makes a total fall, and is a line of the results with place, counts, reason and name; windows and voter groups stay as cast', async () => {
    const id = await breakfast()
    const answer = await correct(id, oneLess(id), { type: 'RETRACTION', reason: '  A ballot was scanned twice.  ' })
    const line = {
      seq: 0, type: 'RETRACTION', by: 'Clara', reason: 'A ballot was scanned twice.', channel: 'ELECTION_DAY', reportingUnit: { name: 'Hall 1' },
      changes: [
        { count: 'BALLOTS', contest: null, option: null, old: 3, new: 2 },
        { count: 'BALLOTS', contest: { title: 'Dish of the year' }, option: null, old: 3, new: 2 }, { count: 'VOTES', contest: { title: 'Dish of the year' }, option: { name: 'Waffle' }, old: 3, new: 2 },
        { count: 'BALLOTS', contest: { title: 'Toppings of the north' }, option: null, old: 3, new: 2 }, { count: 'UNDERVOTES', contest: { title: 'Toppings of the north' }, option: null, old: 6, new: 4 },
      ],
    }
    expect(answer).toEqual({ __typename: 'ResultsCorrected', repeated: false, correction: line })
    await shows(id, 'the total to fall', ({ ballotsCast }) => ballotsCast === 2)
    const now = await results(id)
    expect(now).toMatchObject({ corrections: [line], contest: { ballots: 2 } })
    expect(votesOf(now)).toEqual([0, 2, 0, 0])
    const windows = now.timeline.reduce((sum, { ballots }) => sum + ballots, 0)
    expect([windows, now.timeline[0]?.late, now.timeline[0]?.corrected]).toEqual([3, 0, -1])
    expect(now.breakdown.cells.reduce((sum, { ballots }) => sum + ballots, 0)).toBe(3)
  })

  test('is told what the counts are if they are not what was said, and changes nothing', async () => {
    const id = await breakfast()
    expect(await correct(id, [votes(id, 'waffle', 5, 4), votes(id, 'toast', 0, 1)])).toEqual({
      __typename: 'CountsHaveChanged', message: 'A count is not what this correction says it was.', counts: [{ old: 3, new: 4 }],
    })
    expect((await correct(id, [votes(id, 'waffle', 3, 2)])).problems).toEqual([{ path: 'changes', message: 'in "dish", 2 votes + 0 undervotes + 0 overvotes would be 2, but 3 ballots with 1 marks each are 3' }])
    expect(await results(id)).toMatchObject({ ballotsCast: 3, corrections: [] })
  })

  test('may send the same correction again under its key, to any process, and is counted once', async () => {
    const id = await breakfast()
    const key = randomUUID()
    const moved = [votes(id, 'waffle', 3, 2), votes(id, 'toast', 0, 1)]
    const first = await correct(id, moved, { key })
    expect(await correct(id, moved, { key, api: 1 })).toEqual({ ...first, repeated: true })
    expect((await correct(id, [votes(id, 'waffle', 2, 1), votes(id, 'toast', 1, 2)], { key })).__typename).toBe('CorrectionConflict')
    await shows(id, 'the votes to move', (now) => votesOf(now).join() === '0,2,0,1')
    expect((await results(id)).corrections).toHaveLength(1)
  })

  test('who is slower than another, at another process, is told what the other left', async () => {
    const id = await breakfast()
    const moved = (to: string) => [votes(id, 'waffle', 3, 2), votes(id, to, 0, 1)]
    const answers = await Promise.all([correct(id, moved('toast'), { token: clara, api: 0 }), correct(id, moved('porridge'), { token: carl, api: 1 })])
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['CountsHaveChanged', 'ResultsCorrected'])
    expect(answers.find(({ counts }) => counts !== undefined)?.counts).toEqual([{ old: 2, new: 2 }])
    await shows(id, 'one of the two', ({ corrections }) => corrections.length === 1)
  })

  test('is a clerk: nobody else may', async () => {
    const id = await breakfast()
    for (const token of [network.tokens.manager, network.tokens.ingest]) await expect(correct(id, oneLess(id), { token })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

test('the status says that counts were corrected, that there was a recount, and at last that all is certified, after which nothing is corrected', async () => {
  const id = await breakfast()
  await town.change('closeElection', id)
  await shows(id, 'the complete result', ({ status }) => status === 'UNOFFICIAL_COMPLETE')
  await correct(id, [votes(id, 'waffle', 3, 2), votes(id, 'toast', 0, 1)])
  await shows(id, 'the corrected result', ({ status }) => status === 'CORRECTION')
  await correct(id, [votes(id, 'waffle', 2, 1), votes(id, 'porridge', 0, 1)], { type: 'RECOUNT', token: carl, reason: 'Hall 1 was counted again by hand.' })
  await shows(id, 'the result of the recount', ({ status }) => status === 'RECOUNT')
  await correct(id, [votes(id, 'porridge', 1, 0), votes(id, 'pancake', 0, 1)])
  await shows(id, 'all three corrections', ({ corrections }) => corrections.length === 3)
  const now = await results(id)
  expect([now.status, votesOf(now), now.corrections.map(({ seq, type, by }) => [seq, type, by])]).toEqual(['RECOUNT', [1, 1, 0, 1], [[2, 'CORRECTION', 'Clara'], [1, 'RECOUNT', 'Carl'], [0, 'CORRECTION', 'Clara']]])
  expect(await town.change('certifyElection', id)).toBe('CERTIFIED')
  await shows(id, 'the certified result', ({ status }) => status === 'CERTIFIED')
  expect(await correct(id, [votes(id, 'waffle', 1, 0), votes(id, 'toast', 1, 2)])).toMatchObject({ __typename: 'CorrectionNotAllowed', phase: 'CERTIFIED' })
})

test('an election is not certified over a correction that its results do not show yet, and afterwards is certified with it', async () => {
  const id = await breakfast()
  await town.change('closeElection', id)
  await shows(id, 'the complete result', ({ status }) => status === 'UNOFFICIAL_COMPLETE')
  const certify = async () => (await network.graphql<{ certifyElection: { __typename: string, message?: string, phase?: string } }>(
    'mutation($id: ID!) { certifyElection(id: $id) { __typename ... on PhaseChangeRefused { message phase } } }', { id }, { token: network.tokens.manager })).certifyElection
  const obstacle = await network.pool.connect()
  try {
    await obstacle.query('BEGIN')
    await obstacle.query('SELECT 1 FROM publisher_position WHERE election = $1 FOR UPDATE', [electionKeyOf(id)])
    expect(await correct(id, [votes(id, 'waffle', 3, 1), votes(id, 'toast', 0, 2)])).toMatchObject({ __typename: 'ResultsCorrected' })
    expect(await certify()).toEqual({
      __typename: 'PhaseChangeRefused', phase: 'CLOSED',
      message: 'An election is certified only once everything in its ledger is published: one entry of it is not yet. Try again when the results have caught up.',
    })
    await obstacle.query('COMMIT')
  } finally {
    obstacle.release()
  }
  await eventually(async () => (await certify()).__typename === 'ElectionPhaseChanged', { limitMs: 30_000, what: 'the correction to be published and the election certified' })
  await shows(id, 'the certified result', ({ status }) => status === 'CERTIFIED')
  const now = await results(id)
  expect([votesOf(now), now.corrections.length]).toEqual([[0, 1, 0, 2], 1])
})
