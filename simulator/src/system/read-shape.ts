import type { ApiClient } from './api-client.js'
import { localIdOf, type ElectionShape, type PlaceShape } from './election-shape.js'

interface UnitNode { id: string, name: string, isLeaf: boolean, parent: { id: string } | null, containedIn: { id: string }[], eligibleVoters: number | null }
interface UnitPage { election: { reportingUnits: { nodes: UnitNode[], pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null }
interface BallotPaper {
  election: {
    id: string
    contests: { id: string, title: string, votesAllowed: number, reportingUnit: { id: string }, options: { id: string, name: string, party: { id: string } | null }[] }[]
    attributes: { id: string, values: { id: string }[] }[]
  } | null
}

const BALLOT_PAPER = `query BallotPaper($id: ID!) {
  election(id: $id) {
    id
    contests { id title votesAllowed reportingUnit { id } options { id name party { id } } }
    attributes { id values { id } }
  }
}`

interface DefinedVoters { election: { definition: { reportingUnits: { id: string, eligibleVoters?: number }[] } } | null }

const DEFINED_VOTERS = 'query DefinedVoters($id: ID!) { election(id: $id) { definition } }'

const UNITS = `query Units($id: ID!, $after: String) {
  election(id: $id) {
    reportingUnits(first: 200, after: $after) {
      nodes { id name isLeaf parent { id } containedIn { id } eligibleVoters }
      pageInfo { hasNextPage endCursor }
    }
  }
}`

/** Reads an election's contests, places and attributes through the public API. */
export async function readShape(client: ApiClient, electionId: string): Promise<ElectionShape> {
  const { election } = await client.request<BallotPaper>(BALLOT_PAPER, { id: electionId })
  if (election === null) throw new Error(`there is no election ${electionId}`)
  const units = await readUnits(client, electionId)
  return {
    id: election.id,
    contests: election.contests.map(({ reportingUnit, ...contest }) => ({
      ...contest,
      unitId: reportingUnit.id,
      options: contest.options.map(({ id, name, party }) => ({ id, name, partyId: party?.id ?? null })),
    })),
    places: placesOf(units),
    attributes: election.attributes.map(({ id, values }) => ({ id, localId: localIdOf(id), values: values.map((value) => value.id) })),
  }
}

/**
 * The same with the eligible voters of the definition, where it says (role MANAGER): the roll grows while people register, and
 * with its number would change who comes when.
 */
export async function readDefinedShape(client: ApiClient, electionId: string): Promise<ElectionShape> {
  const shape = await readShape(client, electionId)
  const defined = await readDefinedVoters(client, electionId)
  return { ...shape, places: shape.places.map((place) => ({ ...place, eligibleVoters: defined.get(localIdOf(place.id)) ?? place.eligibleVoters })) }
}

/** Eligible voters of each unit by its local id, as the definition says (role MANAGER). */
export async function readDefinedVoters(client: ApiClient, electionId: string): Promise<Map<string, number | undefined>> {
  const { election } = await client.request<DefinedVoters>(DEFINED_VOTERS, { id: electionId })
  return new Map(election?.definition.reportingUnits.map(({ id, eligibleVoters }) => [id, eligibleVoters]))
}

async function readUnits(client: ApiClient, id: string): Promise<UnitNode[]> {
  const units: UnitNode[] = []
  for (let after: string | null = null; ;) {
    const page: UnitPage = await client.request<UnitPage>(UNITS, { id, after })
    if (page.election === null) return units
    const { nodes, pageInfo } = page.election.reportingUnits
    units.push(...nodes)
    if (!pageInfo.hasNextPage) return units
    after = pageInfo.endCursor
  }
}

/** `containedIn` may name only the units next to a place: what contains those contains it too. */
function placesOf(units: readonly UnitNode[]): PlaceShape[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]))
  const climb = (id: string, seen: Set<string>): Set<string> => {
    if (seen.has(id)) return seen
    seen.add(id)
    const unit = byId.get(id)
    for (const { id: above } of [...unit?.containedIn ?? [], ...unit?.parent ? [unit.parent] : []]) climb(above, seen)
    return seen
  }
  return units.filter((unit) => unit.isLeaf).map((unit) => ({
    id: unit.id,
    name: unit.name,
    regionId: unit.parent?.id ?? unit.id,
    unitIds: climb(unit.id, new Set()),
    eligibleVoters: unit.eligibleVoters,
  }))
}
