import { createTestNetwork, eventually, type Stream, type TestNetwork } from '@livetally/local/test-network'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { breakfastTown } from '../testing/breakfast-network.js'

let network: TestNetwork
let town: ReturnType<typeof breakfastTown>

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'live', apis: 2, workers: 1 })
  town = breakfastTown(network)
})
afterAll(() => network[Symbol.asyncDispose]())

interface Message { revision: number, skipped: number, ballotsCast: number, contests: { ballots: number, votes: number, undervotes: number }[] }
const RESULTS = 'revision skipped ballotsCast contests { ballots votes undervotes }'

function watch(id: string, { api = 0, ...variables }: { after?: number, maxPerSecond?: number, api?: number } = {}): Stream<{ electionResults: Message }> {
  return network.subscribe(`subscription($id: ID!, $after: Int, $maxPerSecond: Float) { electionResults(electionId: $id, after: $after, maxPerSecond: $maxPerSecond) { ${RESULTS} } }`, { id, ...variables }, { api })
}

async function next(stream: Stream<{ electionResults: Message }>): Promise<Message> {
  const { value } = await stream.next()
  if (value === undefined) throw new Error('The subscription has ended.')
  return value.electionResults
}

/** Reads on until `ballots` are shown; returns every message on the way. */
async function until(stream: Stream<{ electionResults: Message }>, ballots: number): Promise<Message[]> {
  const seen: Message[] = []
  do seen.push(await next(stream))
  while (seen.at(-1)?.ballotsCast !== ballots)
  return seen
}

const published = (id: string, ballots: number, api = 0): Promise<{ revision: number }> => eventually(async () => {
  const { election } = await network.graphql<{ election: { results: { revision: number, ballotsCast: number } } }>('query($id: ID!) { election(id: $id) { results { revision ballotsCast } } }', { id }, { api })
  return election.results.ballotsCast === ballots ? election.results : undefined
}, { limitMs: 20_000, what: `${ballots} ballots in the results` })

describe('live results', () => {
  test('are there before the first vote, with a zero for everything', async () => {
    const id = await town.open()
    const stream = watch(id)
    expect(await next(stream)).toMatchObject({ skipped: 0, ballotsCast: 0, contests: [{ ballots: 0, votes: 0, undervotes: 0 }, { ballots: 0, votes: 0, undervotes: 0 }] })
    await stream.close()
  })

  test('rise from revision to revision, on every process, and each message adds up', async () => {
    const id = await town.open()
    const streams = [watch(id), watch(id, { api: 1 })]
    const readers = streams.map((stream) => until(stream, 60))
    for (let round = 0; round < 6; round += 1) await town.ingest(id, Array.from({ length: 10 }, () => ({})), round % 2)
    for (const seen of await Promise.all(readers)) {
      const revisions = seen.map(({ revision }) => revision)
      expect(revisions).toEqual(revisions.toSorted((one, other) => one - other))
      expect(new Set(revisions).size).toBe(revisions.length)
      for (const { ballotsCast, contests } of seen) {
        expect(contests[0]).toEqual({ ballots: ballotsCast, votes: ballotsCast, undervotes: 0 })
        expect(contests[1]).toEqual({ ballots: ballotsCast, votes: 0, undervotes: ballotsCast * 2 })
      }
      seen.slice(1).forEach(({ revision, skipped }, at) => { expect(revision - skipped - 1).toBe(seen[at]?.revision) })
    }
    for (const stream of streams) await stream.close()
  })

  test('are sent to a viewer who comes back only when there is something newer, with what was passed over', async () => {
    const id = await town.open()
    await town.ingest(id, [{}])
    const { revision } = await published(id, 1)
    await published(id, 1, 1)
    const stream = watch(id, { after: revision, api: 1 })
    const message = next(stream)
    await town.ingest(id, [{}])
    expect(await message).toMatchObject({ ballotsCast: 2 })
    const late = watch(id, { after: revision - 1 })
    const first = await next(late)
    expect(first.skipped).toBe(first.revision - revision)
    for (const one of [stream, late]) await one.close()
  })

  test('come no more often than was asked for, and the newest then', async () => {
    const id = await town.open()
    const stream = watch(id, { maxPerSecond: 2 })
    const times: number[] = []
    const reading = (async () => {
      for (;;) {
        const { ballotsCast } = await next(stream)
        times.push(performance.now())
        if (ballotsCast === 40) return
      }
    })()
    for (let round = 0; round < 20; round += 1) await town.ingest(id, [{}, {}])
    await reading
    times.slice(1).forEach((time, at) => { expect(time - (times[at] ?? 0)).toBeGreaterThan(400) })
    await stream.close()
  })

  test('of one contest can be watched alone, in one district', async () => {
    const id = await town.open()
    await town.ingest(id, [{}, { reportingUnitId: `${id}/u/s10` }, { reportingUnitId: `${id}/u/n2` }])
    await published(id, 3)
    const stream = network.subscribe<{ contestResults: unknown }>(
      'subscription($contest: ID!, $unit: ID) { contestResults(contestId: $contest, reportingUnitId: $unit) { contest { title } reportingUnit { name } ballots totals { option { name } votes } byUnit(filter: { leavesOnly: true }) { nodes { reportingUnit { name } ballots } } } }',
      { contest: `${id}/c/dish`, unit: `${id}/u/river` })
    expect((await stream.next()).value?.contestResults).toEqual({
      contest: { title: 'Dish of the year' }, reportingUnit: { name: 'River District' }, ballots: 2,
      totals: [{ option: { name: 'Pancake' }, votes: 0 }, { option: { name: 'Waffle' }, votes: 2 }, { option: { name: 'Porridge' }, votes: 0 }, { option: { name: 'Toast' }, votes: 0 }],
      byUnit: { nodes: [{ reportingUnit: { name: 'Hall 2' }, ballots: 1 }, { reportingUnit: { name: 'Hall 10' }, ballots: 1 }] },
    })
    await stream.close()
  })

  test.each([
    ['an election that does not exist', 'subscription { electionResults(electionId: "e999999") { revision } }'],
    ['an election that is none', 'subscription { electionResults(electionId: "breakfast") { revision } }'],
    ['a contest that does not exist', 'subscription { contestResults(contestId: "e1/c/lunch") { revision } }'],
  ])('of %s are not found', async (_what, document) => {
    await expect(network.subscribe(document).next()).rejects.toThrow(/There is no such/)
  })
})

describe('results as they were', () => {
  test('can be read again by their revision, as they were published', async () => {
    const id = await town.open()
    await town.ingest(id, [{}, {}])
    const { revision } = await published(id, 2)
    const ask = async (asOf: Record<string, unknown>) => (await network.graphql<{ election: { results: unknown } }>(`query($id: ID!, $asOf: AsOfInput) { election(id: $id) { results(asOf: $asOf) { publishedAt asOf ${RESULTS} boxes { box nextSeq } } } }`, { id, asOf })).election.results
    const before = await ask({ revision })
    await town.ingest(id, [{}])
    await published(id, 3)
    expect(await ask({ revision })).toEqual(before)
    expect(await ask({ time: new Date().toISOString() })).toMatchObject({ ballotsCast: 3 })
    await expect(ask({ revision: 9_999 })).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringMatching(/^Revision 9999 is not kept\. The nearest one that is: \d+\.$/) })
  })

  test('are complete once every sealed ballot box is in', async () => {
    const id = await town.open()
    await town.ingest(id, [{}])
    await town.change('closeElection', id)
    await eventually(async () => {
      const { election } = await network.graphql<{ election: { results: { status: string } } }>('query($id: ID!) { election(id: $id) { results { status boxes { box nextSeq sealedSeq } } } }', { id })
      return election.results.status === 'UNOFFICIAL_COMPLETE' ? true : undefined
    }, { limitMs: 20_000, what: 'complete results' })
  })
})

describe('who may see them', () => {
  test('nobody but auditors and managers before closing, where the election wants it so; everybody afterwards', async () => {
    const id = await town.open({ resultsVisibility: 'AFTER_CLOSE' })
    const query = 'query($id: ID!) { election(id: $id) { name results { ballotsCast } } }'
    await expect(network.graphql(query, { id })).rejects.toMatchObject({ code: 'FORBIDDEN', errors: [{ path: ['election', 'results'], extensions: { reason: 'RESULTS_AFTER_CLOSE' } }] })
    const response = await fetch(`${network.apis[0]?.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables: { id } }) })
    expect(await response.json()).toMatchObject({ data: { election: { name: 'Breakfast Referendum', results: null } } })
    await expect(watch(id).next()).rejects.toThrow('once it has closed')
    expect(await network.graphql(query, { id }, { token: await network.issueToken({ role: 'AUDITOR' }) })).toMatchObject({ election: { results: { ballotsCast: 0 } } })
    await town.change('closeElection', id)
    expect(await network.graphql(query, { id })).toMatchObject({ election: { results: { ballotsCast: 0 } } })
  })
})

describe('the state of the system', () => {
  test('says how far each election is', async () => {
    const id = await town.open()
    await town.ingest(id, [{}, {}, {}])
    await published(id, 3)
    const mine = await eventually(async () => {
      const { systemStatus } = await network.graphql<{ systemStatus: { postgres: string, kafka: string, elections: { election: { id: string }, ballotsPublished: number }[] } }>(
        '{ systemStatus { postgres kafka elections { election { id } ballotsAccepted ballotsTabulated ballotsPublished tabulatorLag publisherLag revision revisionAgeSeconds } } }')
      expect(systemStatus).toMatchObject({ postgres: 'UP', kafka: 'UP' })
      const found = systemStatus.elections.find(({ election }) => election.id === id)
      return found?.ballotsPublished === 3 ? found : undefined
    }, { limitMs: 10_000, what: 'the status of the election' })
    expect(mine).toMatchObject({ ballotsAccepted: 3, ballotsTabulated: 3, tabulatorLag: 0, publisherLag: 0, revision: expect.any(Number), revisionAgeSeconds: expect.any(Number) })
  })
})
