import type { ElectionDefinition } from '@livetally/core/election'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'edit', apis: 2, workers: 1 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

interface Read { definition: ElectionDefinition, definitionVersion: number }
interface Answer { __typename: string, message?: string, problems?: { path: string }[], definitionVersion?: number, phase?: string, election?: { definitionVersion: number, contest: { options: { biography: string | null }[] } } }

const manager = () => ({ token: network.tokens.manager })
const read = async (id: string): Promise<Read> => (await network.graphql<{ election: Read }>('query($id: ID!) { election(id: $id) { definition definitionVersion } }', { id }, manager())).election
const update = async (id: string, expectedVersion: number, definition: unknown): Promise<Answer> => (await network.graphql<{ updateElection: Answer }>(`
  mutation($input: UpdateElectionInput!, $contest: ID!) { updateElection(input: $input) {
    __typename
    ... on ElectionUpdated { election { definitionVersion contest(id: $contest) { options { biography } } } }
    ... on InvalidElectionDefinition { message problems { path } }
    ... on ElectionChangedMeanwhile { message definitionVersion }
    ... on ElectionNotEditable { message phase }
  } }`, { input: { electionId: id, expectedVersion, definition }, contest: `${id}/c/dish` }, manager())).updateElection
/** The same document with another biography of the pancake. */
const retold = (definition: ElectionDefinition, biography: string): ElectionDefinition => ({
  ...definition,
  contests: definition.contests.map((contest) => ({ ...contest, options: contest.options.map((option) => option.id === 'pancake' ? { ...option, biography } : option) })),
})

describe('editing an election', () => {
  test('shows a candidate\'s new biography to everybody who watches, on every process, while the count stays', async () => {
    const id = await town.open()
    await town.ingest(id, [{}, {}])
    const seen = network.subscribe<{ electionChanged: { definitionVersion: number, contest: { options: { biography: string | null }[] } } }>(
      'subscription($id: ID!, $contest: ID!) { electionChanged(electionId: $id) { definitionVersion contest(id: $contest) { options { biography } } } }', { id, contest: `${id}/c/dish` }, { api: 1 })
    expect((await seen.next()).value?.electionChanged).toMatchObject({ definitionVersion: 1, contest: { options: [{ biography: null }, {}, {}, {}] } })

    const { definition, definitionVersion } = await read(id)
    expect(await update(id, definitionVersion, retold(definition, 'Flat, but deep.'))).toMatchObject({ __typename: 'ElectionUpdated', election: { definitionVersion: 2, contest: { options: [{ biography: 'Flat, but deep.' }, {}, {}, {}] } } })
    expect((await seen.next()).value?.electionChanged).toMatchObject({ definitionVersion: 2, contest: { options: [{ biography: 'Flat, but deep.' }, {}, {}, {}] } })
    await seen.close()

    for (const api of [0, 1]) {
      const found = await eventually(async () => {
        const { election } = await network.graphql<{ election: { results: { ballotsCast: number, contests: { ballots: number, contest: { options: { biography: string | null }[] } }[] } } }>(
          'query($id: ID!) { election(id: $id) { results { ballotsCast contests { ballots contest { options { biography } } } } } }', { id }, { api })
        return election.results.ballotsCast === 2 && election.results
      }, { limitMs: 20_000, what: 'both ballots in the results' })
      expect(found.contests[0]).toMatchObject({ ballots: 2, contest: { options: [{ biography: 'Flat, but deep.' }, {}, {}, {}] } })
    }
  })

  test('tells watchers of a phase, too', async () => {
    const id = await town.open()
    const seen = network.subscribe<{ electionChanged: { phase: string } }>('subscription($id: ID!) { electionChanged(electionId: $id) { phase } }', { id }, { api: 1 })
    expect((await seen.next()).value?.electionChanged.phase).toBe('OPEN')
    await town.change('closeElection', id)
    expect((await seen.next()).value?.electionChanged.phase).toBe('CLOSED')
    await seen.close()
  })

  test('never goes over somebody else\'s edit, and says which version there is now', async () => {
    const id = await town.open()
    const { definition } = await read(id)
    await update(id, 1, retold(definition, 'first'))
    expect(await update(id, 1, retold(definition, 'second'))).toMatchObject({ __typename: 'ElectionChangedMeanwhile', definitionVersion: 2 })
    expect((await read(id)).definition.contests[0]?.options[0]?.biography).toBe('first')
  })

  test('names every part that is fixed, and every problem of the document', async () => {
    const id = await town.open()
    const { definition } = await read(id)
    expect(await update(id, 1, { ...definition, closesAt: '2098-01-01T00:00:00Z', parties: [] })).toMatchObject({ __typename: 'InvalidElectionDefinition' })
    expect(await update(id, 1, { ...definition, closesAt: '2098-01-01T00:00:00Z', boxes: 9 })).toMatchObject({ problems: [{ path: 'closesAt' }, { path: 'boxes' }] })
    expect((await read(id)).definitionVersion).toBe(1)
  })

  test('of a draft holds at once on a process that knew the draft: for the roll, for votes, and for what is shown', async () => {
    const id = await town.create()
    const { definition } = await read(id)
    // The other process has it in memory as it was, and its results with it.
    const results = async () => (await network.graphql<{ election: { results: { ballotsCast: number } } }>('query($id: ID!) { election(id: $id) { results { ballotsCast } } }', { id }, { ...manager(), api: 1 })).election.results
    expect(await results()).toMatchObject({ ballotsCast: 0 })
    expect(await update(id, 1, {
      ...definition,
      attributes: definition.attributes.map((attribute) => attribute.id === 'age' ? { ...attribute, values: [{ id: 'sage', name: 'Sage' }] } : attribute),
      contests: definition.contests.map((contest) => ({ ...contest, options: contest.options.map((option) => option.id === 'waffle' ? { ...option, id: 'crepe', name: 'Crêpe' } : option) })),
    })).toMatchObject({ __typename: 'ElectionUpdated' })
    const voters = ['wise', 'sage'].map((valueId) => ({ voterId: valueId, reportingUnitId: `${id}/u/n1`, attributes: [{ attributeId: 'age', valueId }] }))
    const { registerVoters } = await network.graphql<{ registerVoters: { registered: { voterId: string }[], problems: { path: string }[] } }>(
      'mutation($input: RegisterVotersInput!) { registerVoters(input: $input) { registered { voterId } problems { path } } }', { input: { electionId: id, voters } }, { ...manager(), api: 1 })
    expect(registerVoters).toEqual({ registered: [{ voterId: 'sage' }], problems: [{ path: 'voters[0].attributes' }] })
    await town.change('publishElection', id)
    await town.change('openElection', id)
    const told = await town.ingest(id, ['waffle', 'crepe'].map((dish) => ({ selections: [{ contestId: `${id}/c/dish`, optionIds: [`${id}/o/dish/${dish}`] }] })), 1)
    expect(told.map(({ __typename }) => __typename)).toEqual(['InvalidBallot', 'VoteAccepted'])
    await eventually(async () => (await results()).ballotsCast === 1, { limitMs: 20_000, what: 'the ballot in the results of the other process' })
  })

  test('the document as a whole is for officials', async () => {
    const id = await town.open()
    await expect(network.graphql('query($id: ID!) { election(id: $id) { definition } }', { id })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
