import { createKafkaEventLog, electionPartition, parseElectionChanged, TOPIC } from '@livetally/core/events'
import { createTestNetwork, eventually, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'extend', apis: 2, workers: 0 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

interface Answer { __typename: string, message?: string, phase?: string, closesAt?: string, election?: { closesAt: string, extensions: { from: string, to: string, by: string, reason: string }[] } }

const CLOSES_AT = '2099-01-01T20:00:00.000Z'
const extend = async (id: string, closesAt: string, reason = 'The toaster was stuck.', token = network.tokens.manager): Promise<Answer> => (await network.graphql<{ extendElection: Answer }>(`
  mutation($input: ExtendElectionInput!) { extendElection(input: $input) {
    __typename
    ... on ElectionExtended { election { closesAt extensions { from to by reason } } }
    ... on ExtensionRefused { message phase closesAt }
  } }`, { input: { electionId: id, closesAt, reason } }, { token })).extendElection

describe('extending an election', () => {
  test('tells everybody who watches, on every process, and lets votes in as before', async () => {
    const id = await town.open()
    const [code = ''] = await town.register(id, 1)
    const { token } = await town.signIn(id, code)
    const seen = network.subscribe<{ electionChanged: { closesAt: string, phase: string } }>('subscription($id: ID!) { electionChanged(electionId: $id) { closesAt phase } }', { id }, { api: 1 })
    expect((await seen.next()).value?.electionChanged).toEqual({ closesAt: CLOSES_AT, phase: 'OPEN' })
    expect(await extend(id, '2099-01-01T20:30:00Z')).toEqual({
      __typename: 'ElectionExtended', election: { closesAt: '2099-01-01T20:30:00.000Z', extensions: [{ from: CLOSES_AT, to: '2099-01-01T20:30:00.000Z', by: 'manager', reason: 'The toaster was stuck.' }] },
    })
    expect((await seen.next()).value?.electionChanged).toEqual({ closesAt: '2099-01-01T20:30:00.000Z', phase: 'OPEN' })
    await seen.close()
    expect((await town.cast(token, id, 'breakfast', 'waffle', 1)).__typename).toBe('VoteAccepted')
  })

  test('is told on topic elections, with the new time in the definition', async () => {
    const id = await town.open()
    await extend(id, '2099-01-01T21:00:00Z')
    const election = Number(id.slice(1))
    await using log = createKafkaEventLog({ brokers: [...network.kafkaBrokers], topicPrefix: network.topicPrefix, clientId: 'town-crier' })
    const partition = electionPartition(election, await log.partitionCount(TOPIC.elections))
    const told = await eventually(async () => {
      const { first, next } = await log.range(TOPIC.elections, partition)
      const events = (await log.read({ topic: TOPIC.elections, partition, from: first, limit: Number(next - first) })).map(({ value }) => parseElectionChanged(value))
      return events.flatMap((parsed) => parsed.ok && parsed.event.election === election && parsed.event.definition?.closesAt === '2099-01-01T21:00:00.000Z' ? [parsed.event] : []).at(-1)
    }, { limitMs: 20_000, what: 'the extension on topic elections' })
    expect(told).toMatchObject({ phase: 'OPEN', definitionVersion: 2 })
  })

  test('is refused with what to do instead', async () => {
    const id = await town.open()
    expect(await extend(id, '2098-01-01T00:00:00Z')).toMatchObject({ __typename: 'ExtensionRefused', phase: 'OPEN', closesAt: CLOSES_AT, message: expect.stringContaining('closeElection') as string })
    const draft = await town.create()
    expect(await extend(draft, '2099-01-02T00:00:00Z')).toMatchObject({ phase: 'DRAFT', message: expect.stringContaining('updateElection') as string })
    await town.change('closeElection', id)
    expect(await extend(id, '2099-01-02T00:00:00Z')).toMatchObject({ phase: 'CLOSED', message: expect.stringContaining('stays closed') as string })
    for (const reason of ['  ', 'x'.repeat(1_001)]) await expect(extend(id, '2099-01-02T00:00:00Z', reason)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(extend(id, '2099-01-02T00:00:00Z', 'Mine!', await network.issueToken({ role: 'CLERK' }))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  test('is an edit: one that was begun before it does not go over it', async () => {
    const id = await town.open()
    const { election } = await network.graphql<{ election: { definition: object, definitionVersion: number } }>('query($id: ID!) { election(id: $id) { definition definitionVersion } }', { id }, { token: network.tokens.manager })
    await extend(id, '2099-01-01T22:00:00Z')
    const { updateElection } = await network.graphql<{ updateElection: { __typename: string } }>('mutation($input: UpdateElectionInput!) { updateElection(input: $input) { __typename } }',
      { input: { electionId: id, expectedVersion: election.definitionVersion, definition: { ...election.definition, name: 'Brunch' } } }, { token: network.tokens.manager })
    expect(updateElection.__typename).toBe('ElectionChangedMeanwhile')
  })
})
