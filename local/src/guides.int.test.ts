import { bringToOpen, createApiClient, createElection, demoElection } from '@livetally/simulator'
import { checkDefinition, findDefinitionWarnings, type ElectionDefinitionInput } from '@livetally/core/election'
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from './project-root.js'
import { readExamples, readFirstExample } from './test-network/examples.js'
import { createTestNetwork, eventually, type TestNetwork } from './test-network/index.js'
import { sendByNode } from './third-parties/example-senders.js'

let network: TestNetwork
const manager = () => ({ token: network.tokens.manager })

beforeAll(async () => {
  network = await createTestNetwork({ suite: 'guides' })
  await using client = createApiClient({ url: network.apis[0]?.url ?? '', token: network.tokens.manager })
  // Four ballots are too few for their choices to be shown while voting goes on, were they secret.
  const created = await createElection(client, { ...demoElection(), ballotSecrecy: 'OPEN' })
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  await bringToOpen(client, created.election)
  await vote('rosa-delgado', 'alder-03')
  for (const candidate of ['samir-haddad', 'henrik-lindqvist', 'henrik-lindqvist']) await vote(candidate, 'birch-02')
  await eventually(async () => (await network.graphql<{ election: { results: { ballotsCast: number } } }>('{ election(id: "e1") { results { ballotsCast } } }')).election.results.ballotsCast === 4 || undefined, { limitMs: 30_000, what: 'four ballots in the results' })
})
afterAll(() => network?.[Symbol.asyncDispose]())

async function vote(candidate: string, unit: string): Promise<void> {
  const attributes = Object.entries({ education: 'bachelor', 'registered-party': 'forge', 'age-group': 'age-30-44' }).map(([attributeId, valueId]) => ({ attributeId, valueId }))
  const ballot = {
    idempotencyKey: randomUUID(), sourceBallotNumber: randomUUID(), reportingUnitId: `e1/u/${unit}`, channel: 'ELECTION_DAY', attributes,
    selections: [{ contestId: 'e1/c/governor', optionIds: [`e1/o/governor/${candidate}`] }],
  }
  const { castVotes } = await network.graphql<{ castVotes: unknown[] }>('mutation($input: CastVotesInput!) { castVotes(input: $input) { __typename ... on VoteRefusal { message } } }', { input: { electionId: 'e1', ballots: [ballot] } }, { token: network.tokens.ingest })
  expect(castVotes).toEqual([{ __typename: 'VoteAccepted' }])
}

const ballotsIn = (parts: readonly { ballots: number }[]): number => parts.reduce((sum, { ballots }) => sum + ballots, 0)

describe('the guide to the election definition', () => {
  test('shows a document that is accepted without a warning, and the warning that is given where few may vote', async () => {
    const example = await readFirstExample('docs/guide/election-definition.md', 'json')
    const read = (text: string) => {
      const check = checkDefinition(JSON.parse(text))
      if (!check.ok) throw new Error(JSON.stringify(check.problems))
      return findDefinitionWarnings(check.definition)
    }
    expect(read(example)).toEqual([])
    const [warning] = read(example.replace('"eligibleVoters": 900', '"eligibleVoters": 12'))
    expect(await readFile(join(projectRoot, 'docs/guide/election-definition.md'), 'utf8')).toContain(`  ${warning?.path}: ${warning?.message}\n`)
  })
})

describe('the guide to voting over time', () => {
  // The one ballot of the county is in four windows of an hour that begin every quarter.
  test.each([['VotesByMinute', 4], ['MovingSumOfACounty', 4], ['BurstsOfVoting', 4]])('cuts time as in %s', async (name, ballots) => {
    const example = await readExamples('docs/guide/windows.md')
    const { election } = await network.graphql<{ election: { results: { timeline: { ballots: number }[] } } }>(example(name))
    expect(ballotsIn(election.results.timeline)).toBe(ballots)
  })

  test('shows hours, rates, rankings and voter groups', async () => {
    const example = await readExamples('docs/guide/windows.md')
    const { election } = await network.graphql<{ election: { results: { byHour: { ballotsSoFar: number }[], busiest: { ballots: number }[], keenest: { rank: number }[], rates: { perHour: number } } } }>(example('HoursAndRankings'))
    expect([election.results.byHour.at(-1)?.ballotsSoFar, election.results.busiest.map(({ ballots }) => ballots).slice(0, 2), election.results.keenest[0]?.rank]).toEqual([4, [3, 1], 1])
    const groups = await network.graphql<{ election: { results: Record<'participation' | 'governor', { cells: { ballots: number }[] }> } }>(example('PartyByEducation'))
    expect([ballotsIn(groups.election.results.participation.cells), ballotsIn(groups.election.results.governor.cells)]).toEqual([4, 4])
  })

  test('tells windows as they change', async () => {
    const example = await readExamples('docs/guide/windows.md')
    const stream = network.subscribe<{ timeline: { ballots: number } }>(example('LiveMinutes'))
    expect((await stream.next()).value?.timeline.ballots).toBeGreaterThan(0)
    await stream.close()
  })
})

describe('the guide to corrections', () => {
  test('has a clerk read what is published, correct it once, and everybody see it', async () => {
    const example = await readExamples('docs/guide/corrections.md')
    const published = await network.graphql<{ election: { results: { contest: { byUnit: { nodes: { byChannel: { channel: string, totals: { votes: number }[] }[] }[] } } } } }>(example('WhatIsPublished'))
    const counts = published.election.results.contest.byUnit.nodes.map(({ byChannel }) => byChannel.find(({ channel }) => channel === 'ELECTION_DAY')?.totals.reduce((sum, { votes }) => sum + votes, 0))
    expect(counts).toEqual([1])
    const token = await network.issueToken({ role: 'CLERK', subject: 'Clara Voss, Alder County' })
    const correct = () => network.graphql<{ correctResults: { __typename: string, repeated: boolean } }>(example('Correct'), { key: 'sheet-12' }, { token })
    expect((await correct()).correctResults).toMatchObject({ __typename: 'ResultsCorrected', repeated: false })
    expect((await correct()).correctResults).toMatchObject({ __typename: 'ResultsCorrected', repeated: true })
    const line = await eventually(async () => {
      const { election } = await network.graphql<{ election: { results: { corrections: { by: string, changes: { old: number, new: number }[] }[] } } }>(example('CorrectionsOfTheElection'))
      return election.results.corrections[0]
    }, { limitMs: 30_000, what: 'the correction in the results' })
    expect(line).toMatchObject({ by: 'Clara Voss, Alder County', changes: [{ old: 1, new: 0 }, { old: 0, new: 1 }] })
  })
})

describe('the guide to registering voters', () => {
  test('registers the roll that it shows, and writes a voting code for each', async () => {
    const [roll, codes] = [join(network.home, 'roll.csv'), join(network.home, 'codes.csv')]
    await writeFile(roll, await readFirstExample('docs/guide/registering-voters.md', 'csv'))
    const { code, stderr } = await network.run('voters', ['--election', 'evergreen-demo', '--file', roll, '--out', codes])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Registered 2 voters') as string })
    expect((await readFile(codes, 'utf8')).match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/g)).toHaveLength(2)
  })
})

describe('the guide to editing an election', () => {
  test('adds a breakdown while votes come in: it appears complete, never in part', async () => {
    const example = await readExamples('docs/guide/editing-an-election.md')
    const stream = network.subscribe<{ electionChanged: { definitionVersion: number } }>(example('Changes'))
    await stream.next()
    const { election: { definition, definitionVersion: version } } = await network.graphql<{ election: { definition: ElectionDefinitionInput, definitionVersion: number } }>(example('ReadDefinition'), {}, manager())
    const edited = { ...definition, breakdowns: [...definition.breakdowns ?? [], ['unit:COUNTY', 'age-group']] }
    const { updateElection } = await network.graphql<{ updateElection: { __typename: string } }>(example('Edit'), { definition: edited, version }, manager())
    expect(updateElection.__typename).toBe('ElectionUpdated')
    expect((await stream.next()).value?.electionChanged.definitionVersion).toBe(version + 1)
    await stream.close()
    const seen = new Set<number>()
    await eventually(async () => {
      const { election } = await network.graphql<{ election: { results: { breakdown: { isComplete: boolean, cells: { ballots: number }[] } } } }>(example('AgeByCounty'))
      seen.add(ballotsIn(election.results.breakdown.cells))
      return election.results.breakdown.isComplete || undefined
    }, { limitMs: 30_000, what: 'the new breakdown' })
    expect([...seen].filter((ballots) => ballots !== 0)).toEqual([4])
  })

  test('lets voting last longer', async () => {
    const example = await readExamples('docs/guide/editing-an-election.md')
    const { election } = await network.graphql<{ election: { closesAt: string } }>('{ election(id: "e1") { closesAt } }')
    const closesAt = new Date(Date.parse(election.closesAt) + 3_600_000).toISOString()
    const { extendElection } = await network.graphql<{ extendElection: unknown }>(example('Extend'), { closesAt }, manager())
    expect(extendElection).toMatchObject({ __typename: 'ElectionExtended', election: { closesAt, extensions: [{ from: election.closesAt, to: closesAt, by: 'manager' }] } })
  })

  test('pauses', async () => {
    const example = await readExamples('docs/guide/editing-an-election.md')
    expect(await network.graphql(example('Pause'), {}, manager())).toEqual({ pauseElection: { election: { phase: 'PAUSED' } } })
  })
})

describe('the guide to handing ballots in over Kafka', () => {
  test('makes a key, and has the ballot that it shows counted', async () => {
    await network.graphql('mutation { resumeElection(id: "e1") { __typename } }', {}, manager())
    const keyFile = join(network.home, 'north-county.private.jwk')
    const { code, stderr } = await network.run('ingestKey', ['--id', 'north-county/2031', '--out', keyFile])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const ballot = (await readFirstExample('docs/guide/ingest-over-kafka.md', 'json')).trim()
    const ballotsCast = async () => (await network.graphql<{ election: { results: { ballotsCast: number } } }>('{ election(id: "e1") { results { ballotsCast } } }')).election.results.ballotsCast
    // Workers look for new keys every two seconds; until then the ballot is set aside, and sending it again is never wrong.
    await eventually(async () => {
      await sendByNode({ broker: network.kafkaBrokers[0] ?? '', topicPrefix: network.topicPrefix, keyFile, ballots: [ballot] })
      return await ballotsCast() === 5 || undefined
    }, { limitMs: 30_000, what: 'the ballot of the other system in the results' })
  })
})

test('a closed election is certified as the guide to corrections says', async () => {
  await network.graphql('mutation { closeElection(id: "e1") { __typename } }', {}, manager())
  await eventually(async () => (await network.graphql<{ election: { results: { status: string } } }>('{ election(id: "e1") { results { status } } }')).election.results.status !== 'UNOFFICIAL_PARTIAL', { limitMs: 30_000, what: 'everything to be counted' })
  const example = await readExamples('docs/guide/corrections.md')
  expect(await network.graphql(example('Certify'), {}, manager())).toEqual({ certifyElection: { election: { phase: 'CERTIFIED' } } })
})
