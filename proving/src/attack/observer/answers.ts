import { parseId, type Structure } from '@livetally/core/election'
import type { ScopeName } from '../equations/scopes.js'
import type { Observation, Path, TellsCounts } from './observation.js'
import { isOther } from './results-topic.js'

const TOTALS = 'totals { option { id } votes }'
const COUNTS = `ballots undervotes overvotes ${TOTALS}`
const UNITS = `nodes { reportingUnit { id } ${COUNTS} }`

/** Everything about choices that a page of results may ask for, but for groups and times. */
const CONTESTS = `contests {
  contest { id } ${COUNTS}
  byChannel { channel ${COUNTS} }
  wide: byUnit(first: 100, filter: { kinds: [CITY, WARD, DISTRICT] }) { ${UNITS} }
  places: byUnit(first: 200, filter: { leavesOnly: true }) { ${UNITS} }
}`

export const RESULTS = `query Results($id: ID!, $asOf: AsOfInput) { election(id: $id) { results(asOf: $asOf) { revision ${CONTESTS} } } }`
export const FOLLOW = `subscription Follow($id: ID!) { electionResults(electionId: $id, maxPerSecond: 20) { revision ballotsCast contests { contest { id } ${COUNTS} } } }`
export const FOLLOW_PLACE = `subscription FollowPlace($contest: ID!, $unit: ID!) { contestResults(contestId: $contest, reportingUnitId: $unit, maxPerSecond: 20) { revision contest { id } reportingUnit { id } ${COUNTS} } }`

/** One contest by groups of voters: refused while that would tell too much. */
export const GROUPS = `query Groups($id: ID!, $contest: ID!, $by: [String!]!, $asOf: AsOfInput) { election(id: $id) { results(asOf: $asOf) {
  revision breakdown(by: $by, contestId: $contest) { cells { values { id } ${TOTALS} } }
} } }`

/** One contest over time, in the whole election and in its first part. */
export const TIMES = `query Times($id: ID!, $contest: ID!, $unit: ID, $asOf: AsOfInput) { election(id: $id) { results(asOf: $asOf) {
  revision timeline(contestId: $contest, reportingUnitId: $unit, window: { kind: TUMBLING, size: "PT1H" }) { start end ${TOTALS} }
} } }`

export interface Totals { readonly option: { readonly id: string }, readonly votes: number }
export interface Counts { readonly ballots?: number, readonly undervotes?: number, readonly overvotes?: number, readonly totals: readonly Totals[] }
type UnitNodes = { readonly nodes: readonly (Counts & { readonly reportingUnit: { readonly id: string } })[] }

export interface ContestAnswer extends Counts {
  readonly contest: { readonly id: string }
  readonly reportingUnit?: { readonly id: string } | null
  readonly byChannel?: readonly (Counts & { readonly channel: string })[] | null
  readonly wide?: UnitNodes
  readonly places?: UnitNodes
}
export interface ResultsAnswer { readonly revision: number, readonly contests: readonly ContestAnswer[] }
export interface GroupsAnswer { readonly revision: number, readonly breakdown: { readonly cells: readonly (Counts & { readonly values: readonly { readonly id: string }[] })[] } | null }
export interface TimesAnswer { readonly revision: number, readonly timeline: readonly (Counts & { readonly start: string, readonly end: string })[] }

export function readContestAnswer(structure: Structure, path: Path, revision: number, answer: ContestAnswer): Observation[] {
  const contest = localId(answer.contest.id)
  const one = (what: string, scope: ScopeName, counts: Counts): Observation =>
    ({ path, revision, what: `${path} ${contest} ${what}`, scopes: [scope], contests: new Map([[contest, countsOf(structure, contest, counts)]]) })
  const unit = answer.reportingUnit == null ? '' : localId(answer.reportingUnit.id)
  return [
    one(`in ${unit}`, { kind: 'UNIT', unit }, answer),
    ...(answer.byChannel ?? []).map((counts) => one(`in ${unit} by ${counts.channel}`, { kind: 'UNIT', unit, channel: counts.channel }, counts)),
    ...[...answer.wide?.nodes ?? [], ...answer.places?.nodes ?? []].map((counts) => {
      const inside = localId(counts.reportingUnit.id)
      return one(`in ${inside}`, { kind: 'UNIT', unit: inside }, counts)
    }),
  ]
}

export function readGroupsAnswer(structure: Structure, path: Path, contest: string, by: readonly string[], { revision, breakdown }: GroupsAnswer): Observation[] {
  const cells = breakdown?.cells ?? []
  const groups = cells.map(({ values }) => values.map(({ id }) => id).join())
  const named = cells.flatMap(({ totals }, at) => totals.some(({ votes }) => votes > 0) && !isOther(groups[at] ?? '') ? [groups[at] ?? ''] : [])
  return cells.map(({ totals }, at): Observation => {
    const group = groups[at] ?? ''
    return {
      path, revision, what: `${path} ${contest} by ${by.join()} ${group}`, contests: new Map([[contest, countsOf(structure, contest, { totals })]]),
      scopes: [isOther(group) ? { kind: 'GROUP', names: by, groups: named, isOther: true } : { kind: 'GROUP', names: by, groups: [group], isOther: false }],
    }
  })
}

export function readTimesAnswer(structure: Structure, path: Path, contest: string, unit: string, { revision, timeline }: TimesAnswer): Observation[] {
  return timeline.map(({ start, end, totals }) => ({
    path, revision, what: `${path} ${contest} in ${unit} from ${start}`, contests: new Map([[contest, countsOf(structure, contest, { totals })]]),
    scopes: [{ kind: 'WINDOW', unit, start: Date.parse(start), end: Date.parse(end) }],
  }))
}

/** The last part of a public ID. */
export function localId(id: string): string {
  const parsed = parseId(id)
  switch (parsed?.kind) {
    case 'contest': return parsed.contest
    case 'option': return parsed.option
    case 'unit': return parsed.unit
    case 'party': return parsed.party
    case 'attribute': return parsed.attribute
    case 'election': case undefined: throw new Error(`"${id}" is not the ID of a part of an election`)
    default: return parsed satisfies never
  }
}

function countsOf({ contests }: Structure, contest: string, { ballots, undervotes, overvotes, totals }: Counts): TellsCounts {
  const votes = new Map(totals.map(({ option, votes: count }) => [localId(option.id), count]))
  return [ballots, undervotes, overvotes, ...contests.get(contest)?.definition.options.map(({ id }) => votes.get(id)) ?? []]
}
