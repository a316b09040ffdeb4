import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'secret-choices', apis: 1, workers: 1 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

interface Results {
  status: string, ballotsCast: number, choicesPending: number
  contests: { ballots: number, votes: number, totals: { votes: number }[], byChannel: unknown[] }[]
  frontier: { nodes: { box: number, cell: string, seq: number, ballots: number }[] }
}
const RESULTS = `status ballotsCast choicesPending contests { ballots votes totals { votes } byChannel { channel } } frontier { nodes { box cell seq ballots } }`
const read = async (id: string): Promise<Results> =>
  (await network.graphql<{ election: { results: Results } }>(`query($id: ID!) { election(id: $id) { results { ${RESULTS} } } }`, { id })).election.results
const until = (id: string, what: string, isIt: (results: Results) => boolean): Promise<Results> =>
  eventually(async () => {
    const results = await read(id)
    return isIt(results) ? results : undefined
  }, { limitMs: 20_000, what })
const secret = { ballotSecrecy: 'SECRET' as const, releaseSize: 5, boxes: 1 }
const vote = (id: string, unit: string, dish: string, age = 'wise') => ({ reportingUnitId: `${id}/u/${unit}`, attributes: [{ attributeId: `${id}/a/age`, valueId: age }], selections: [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/${dish}`] }] })
const dishes = ['waffle', 'toast']
const some = (id: string, unit: string, count: number, age?: string) => Array.from({ length: count }, (_, at) => vote(id, unit, dishes[at % 2] ?? '', age))
const breakdown = (id: string, contest?: string) => network.graphql<{ election: { results: { breakdown: { cells: { values: { id: string }[], ballots: number }[] } } } }>(
  'query($id: ID!, $contest: ID) { election(id: $id) { results { breakdown(contestId: $contest, by: ["age"]) { cells { values { id } ballots } } } } }', { id, ...contest === undefined ? {} : { contest } })

describe('an election with secret ballots', () => {
  test('says so, with the size of its groups', async () => {
    const id = await town.open(secret)
    expect(await network.graphql('query($id: ID!) { election(id: $id) { ballotSecrecy releaseSize releaseUnits choicesByChannel } }', { id }))
      .toEqual({ election: { ballotSecrecy: 'SECRET', releaseSize: 5, releaseUnits: null, choicesByChannel: false } })
  })

  test('shows turnout with every ballot, and choices in groups', async () => {
    const id = await town.open(secret)
    for (const ballot of some(id, 's10', 4)) await town.ingest(id, [ballot])
    const early = await until(id, 'four ballots', ({ ballotsCast }) => ballotsCast === 4)
    expect([early.choicesPending, early.contests[0]?.ballots]).toEqual([4, 0])
    for (const ballot of some(id, 's10', 8)) await town.ingest(id, [ballot])
    const later = await until(id, 'twelve ballots', ({ ballotsCast }) => ballotsCast === 12)
    expect([later.choicesPending, later.contests[0]?.ballots, later.contests[0]?.votes, later.contests[0]?.byChannel]).toEqual([7, 5, 5, []])
    expect(later.frontier.nodes).toEqual([{ box: 0, cell: 's10', seq: 5, ballots: 5 }])
  })

  test('keeps choices by groups of voters back until every box is sealed, and turnout by groups not', async () => {
    const id = await town.open(secret)
    await town.ingest(id, [...some(id, 'n1', 12), ...some(id, 's10', 12, 'young'), ...some(id, 'n1', 12, 'young')])
    await until(id, 'thirty-six ballots', ({ ballotsCast }) => ballotsCast === 36)
    await expect(breakdown(id, `${id}/c/dish`)).rejects.toMatchObject({ code: 'FORBIDDEN', errors: [{ path: ['election', 'results', 'breakdown'], extensions: { reason: 'AFTER_CLOSE' } }] })
    expect((await breakdown(id)).election.results.breakdown.cells.map(({ ballots }) => ballots)).toEqual([24, 12])
    await town.change('closeElection', id)
    const done = await until(id, 'complete results', ({ status }) => status === 'UNOFFICIAL_COMPLETE')
    expect([done.choicesPending, done.contests[0]?.ballots, done.contests[0]?.votes]).toEqual([0, 36, 36])
    const groups = await eventually(async () => breakdown(id, `${id}/c/dish`).catch(() => undefined), { limitMs: 20_000, what: 'choices by groups' })
    expect(groups.election.results.breakdown.cells.map(({ values, ballots }) => [values[0]?.id, ballots])).toEqual([['young', 24], ['wise', 12]])
  })

  test('tells small groups together', async () => {
    const id = await town.open(secret)
    await town.ingest(id, [...some(id, 'n1', 12), ...some(id, 's10', 3, 'young')])
    await town.change('closeElection', id)
    await until(id, 'complete results', ({ status }) => status === 'UNOFFICIAL_COMPLETE')
    const groups = await eventually(async () => breakdown(id, `${id}/c/dish`).catch(() => undefined), { limitMs: 20_000, what: 'choices by groups' })
    expect(groups.election.results.breakdown.cells.map(({ values, ballots }) => [values[0]?.id, ballots])).toEqual([['_other', 15]])
  })

  test('goes on where it was when its worker is killed: no choice is taken back', async () => {
    const id = await town.open(secret)
    for (let round = 0; round < 4; round += 1) await town.ingest(id, some(id, 's10', 5))
    const before = await until(id, 'twenty ballots', ({ ballotsCast }) => ballotsCast === 20)
    await network.workers[0]?.kill()
    await network.workers[0]?.start()
    await town.ingest(id, some(id, 's10', 1))
    const after = await until(id, 'one more', ({ ballotsCast }) => ballotsCast === 21)
    expect(after.contests[0]?.ballots).toBeGreaterThanOrEqual(before.contests[0]?.ballots ?? 0)
  })
})
