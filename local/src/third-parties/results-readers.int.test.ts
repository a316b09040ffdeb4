import { expect, test } from 'vitest'
import { openElection, type ElectionUnderTest } from '../faults/election-under-test.js'
import { createTestNetwork, eventually, type TestNetwork } from '../test-network/index.js'
import { openResultsReader, type ResultsReader } from './results-reader.js'

const BALLOTS = 2_400

interface Totals { ballots: number, undervotes: number, overvotes: number, totals: { option: { id: string }, votes: number }[] }
interface Shown {
  ballotsCast: number
  status: string
  contests: (Totals & { contest: { id: string }, byUnit: { nodes: (Totals & { reportingUnit: { id: string } })[] } })[]
  turnoutByUnit: { nodes: { reportingUnit: { id: string }, ballots: number, eligibleVoters: number | null, byChannel: { channel: string, ballots: number }[] }[] }
  timeline: { start: string, end: string, ballots: number, isFinal: boolean, late: number }[]
  counties: { reportingUnit: { id: string }, rank: number, ballots: number }[]
  places: { reportingUnit: { id: string }, rank: number, ballots: number }[]
}

const RESULTS = `query Results($id: ID!) { election(id: $id) { breakdowns { by { id } } results {
  ballotsCast status
  contests { contest { id } ballots undervotes overvotes totals { option { id } votes } byUnit(first: 200) { nodes { reportingUnit { id } ballots undervotes overvotes totals { option { id } votes } } } }
  turnoutByUnit(first: 200) { nodes { reportingUnit { id } ballots eligibleVoters byChannel { channel ballots } } }
  timeline(window: { kind: TUMBLING, size: "PT10S" }) { start end ballots isFinal late }
  counties: topUnits(by: BALLOTS, kind: COUNTY, first: 50) { reportingUnit { id } rank ballots }
  places: topUnits(by: BALLOTS, kind: POLLING_PLACE, first: 50) { reportingUnit { id } rank ballots }
} } }`

const BREAKDOWN = `query Groups($id: ID!, $by: [String!]!, $contest: ID) { election(id: $id) { results { breakdown(by: $by, contestId: $contest) { cells { values { id } ballots totals { option { id } votes } } } } } }`

/** The definition's own name of what a GraphQL id names: its last part. */
const own = (id: string): string => id.slice(id.lastIndexOf('/') + 1)
const votesOf = ({ totals }: Pick<Totals, 'totals'>): Record<string, number> => Object.fromEntries(totals.map(({ option, votes }) => [own(option.id), votes]))

async function shownOf(network: TestNetwork, id: string): Promise<Shown> {
  return (await network.graphql<{ election: { results: Shown } }>(RESULTS, { id })).election.results
}

/** The API's numbers, in the form of the records. */
async function expectSameAsShown(network: TestNetwork, id: string, reader: ResultsReader): Promise<void> {
  const shown = await shownOf(network, id)
  const contestOf = (contest: string, unit: string | undefined) => [...reader.contests.values()].find((one) => one.contest === contest && one.unit === unit)
  for (const one of shown.contests) {
    for (const [unit, counts] of [[undefined, one], ...one.byUnit.nodes.map((node) => [own(node.reportingUnit.id), node] as const)] as const) {
      expect(contestOf(own(one.contest.id), unit), `${one.contest.id} in ${unit}`).toMatchObject({ ballots: counts.ballots, undervotes: counts.undervotes, overvotes: counts.overvotes, votes: votesOf(counts) })
    }
  }
  for (const { reportingUnit, ballots, eligibleVoters, byChannel } of shown.turnoutByUnit.nodes) {
    expect([...reader.turnout.values()].find(({ unit }) => unit === own(reportingUnit.id)), reportingUnit.id)
      .toMatchObject({ ballots, eligibleVoters, byChannel: Object.fromEntries(byChannel.map((one) => [one.channel, one.ballots])) })
  }
  expect([...reader.turnout.values()].find(({ unit }) => unit === undefined)).toMatchObject({ ballots: shown.ballotsCast })
  const windows = [...reader.windows.values()].filter(({ contest, ballots }) => contest === undefined && ballots > 0).toSorted((one, other) => one.start - other.start)
  expect(windows.map(({ start, end, ballots, isFinal }) => [start, end, ballots, isFinal]))
    .toEqual(shown.timeline.filter(({ ballots }) => ballots > 0).map(({ start, end, ballots, isFinal }) => [Date.parse(start), Date.parse(end), ballots, isFinal]))
  for (const [unitKind, ranked] of [['COUNTY', shown.counties], ['POLLING_PLACE', shown.places]] as const) {
    const found = [...reader.rankings.values()].find((ranking) => ranking.unitKind === unitKind)
    expect(found?.units.map(({ unit, rank, ballots }) => [unit, rank, ballots]).toSorted() ?? [], unitKind).toEqual(ranked.map(({ reportingUnit, rank, ballots }) => [own(reportingUnit.id), rank, ballots]).toSorted())
  }
}

async function expectSameGroups(network: TestNetwork, { election: { id } }: ElectionUnderTest, reader: ResultsReader): Promise<void> {
  const { election } = await network.graphql<{ election: { breakdowns: { by: { id: string }[] }[], contests: { id: string }[] } }>('query($id: ID!) { election(id: $id) { breakdowns { by { id } } contests { id } } }', { id })
  expect(election.breakdowns.length).toBeGreaterThan(3)
  for (const names of election.breakdowns.map(({ by }) => by.map((one) => own(one.id)))) {
    for (const contest of [undefined, election.contests[0]?.id]) {
      const { election: { results: { breakdown } } } = await network.graphql<{ election: { results: { breakdown: { cells: (Pick<Totals, 'totals'> & { values: { id: string }[], ballots: number })[] } } } }>(BREAKDOWN, { id, by: names, contest })
      const told = [...reader.breakdowns.values()].find((one) => one.attributes.join() === names.join() && one.contest === (contest === undefined ? undefined : own(contest)))
      const groups = (cells: readonly (readonly [string, number, Record<string, number>])[]) => cells.filter(([, ballots]) => ballots > 0).toSorted(([one], [other]) => one < other ? -1 : 1)
      expect(groups((told?.cells ?? []).map(({ values, ballots, votes }) => [values.join(), ballots, votes])), names.join())
        .toEqual(groups(breakdown.cells.map(({ values, ballots, totals }) => [values.map((value) => own(value.id)).join(), ballots, votesOf({ totals })])))
    }
  }
}

test('who reads nothing but the topics of the results knows what the API shows, although publishers are killed: no total fell, and no final window changed', async () => {
  await using network = await createTestNetwork({ suite: 'results-readers', workers: [{ ROLES: 'relay,tabulator' }, { ROLES: 'publisher' }, { ROLES: 'publisher' }] })
  await using under = await openElection(network, 'newspapers')
  await using reader = await openResultsReader(network)
  const load = under.load({ ballots: under.ballots(BALLOTS), rate: 150, batch: 20 })
  const voting = load.run()
  for (const [at, publisher] of [network.workers[1], network.workers[2]].entries()) {
    await eventually(() => load.records.length >= BALLOTS * (at + 1) / 3, { limitMs: 60_000, what: 'a third of the votes' })
    await publisher?.kill('SIGKILL')
    await publisher?.start()
  }
  await voting
  await under.close()
  await eventually(async () => (await shownOf(network, under.election.id)).status === 'UNOFFICIAL_COMPLETE', { limitMs: 60_000, what: 'the complete results' })
  await eventually(() => [...reader.turnout.values()].some(({ unit, ballots }) => unit === undefined && ballots === BALLOTS) && [...reader.windows.values()].every(({ isFinal }) => isFinal), { limitMs: 30_000, what: 'the records of the last revision' })
  // Rankings come last.
  await eventually(async () => expectSameAsShown(network, under.election.id, reader).then(() => true, () => false), { limitMs: 30_000, what: 'the last records' }).catch(() => undefined)
  await expectSameAsShown(network, under.election.id, reader)
  // Choices by groups of secret ballots follow once it is decided which small ones are told together.
  await eventually(async () => expectSameGroups(network, under, reader).then(() => true, () => false), { limitMs: 30_000, what: 'choices by groups' }).catch(() => undefined)
  await expectSameGroups(network, under, reader)
  expect([...reader.windows.values()].filter(({ contest }) => contest === undefined).reduce((sum, { ballots, late }) => sum + ballots + (late > 0 ? Number.NaN : 0), 0), 'windows, and nobody was late').toBe(BALLOTS)
  expect(reader.objections).toEqual([])
})
