import type { BoxEntry, ElectionDefinition } from '@livetally/core/election'

/*
 * What should come out, counted the plainest way: for each number of the results, go through the ballots and count. Written
 * apart from the counting code and sharing nothing with it but the definition and the entries of the ledger.
 */

export type Counts = Readonly<Record<string, readonly number[]>>

type Ballot = Extract<BoxEntry, { kind: 'BALLOT' }>
type Contest = ElectionDefinition['contests'][number]

const CHANNELS = ['ONLINE', 'ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL'] as const
const PANE_MS = 10_000

/** Every number of an election's results by a name, zeros included; panes, groups and late ballots only where there are some. `boxes` are the entries of each ballot box in order. */
export function countByHand(definition: ElectionDefinition, boxes: readonly (readonly BoxEntry[])[]): Counts {
  const ballots = boxes.flat().filter((entry) => entry.kind === 'BALLOT')
  const late = new Set(boxes.flatMap((entries) => lateIn(definition, entries)))
  const onTime = ballots.filter((ballot) => !late.has(ballot))
  const counts: Record<string, readonly number[]> = {}
  const units = ['', ...definition.reportingUnits.map(({ id }) => id)]
  for (const unit of units) {
    const there = ballots.filter((ballot) => unit === '' || leavesOf(definition, unit).includes(ballot.unit))
    counts[`turnout ${unit}`] = [there.length]
    for (const channel of CHANNELS) counts[`turnout ${unit} ${channel}`] = [there.filter((ballot) => ballot.channel === channel).length]
    for (const contest of definition.contests) {
      counts[`contest ${contest.id} ${unit}`] = countContest(definition, contest, there)
      for (const channel of CHANNELS) counts[`contest ${contest.id} ${unit} ${channel}`] = countContest(definition, contest, there.filter((ballot) => ballot.channel === channel))
    }
  }
  for (const contest of [undefined, ...definition.contests]) {
    const name = contest?.id ?? ''
    const count = (of: readonly Ballot[]): number[] => contest === undefined ? [of.length] : countContest(definition, contest, of)
    const put = (key: string, of: readonly Ballot[]): void => { if (of.length > 0 && (contest === undefined || count(of).some((one) => one > 0))) counts[key] = count(of) }
    for (const names of [...definition.attributes.map(({ id }) => [id]), ...definition.breakdowns]) {
      const groups = new Set(ballots.map((ballot) => valuesOf(ballot, names)))
      for (const values of groups) put(`breakdown ${names.join(',')} ${name} ${values}`, ballots.filter((ballot) => valuesOf(ballot, names) === values))
    }
    for (const unit of ['', ...firstLevelOf(definition)]) {
      const isThere = (ballot: Ballot): boolean => unit === '' || leavesOf(definition, unit).includes(ballot.unit)
      for (const start of new Set(onTime.map(({ castAt }) => paneOf(castAt)))) put(`pane ${name} ${unit} ${start}`, onTime.filter((ballot) => isThere(ballot) && paneOf(ballot.castAt) === start))
      put(`late ${name} ${unit}`, ballots.filter((ballot) => isThere(ballot) && late.has(ballot)))
    }
  }
  return counts
}

const paneOf = (at: number): number => Math.floor(at / PANE_MS) * PANE_MS
const valuesOf = ({ attributes }: Ballot, names: readonly string[]): string => names.map((name) => attributes[name] ?? '_unknown').join(',')

function leavesOf(definition: Pick<ElectionDefinition, 'reportingUnits'>, unit: string): string[] {
  const { reportingUnits } = definition
  const parts = reportingUnits.filter(({ id, parent }) => parent === unit || reportingUnits.find((one) => one.id === unit)?.composedOf?.includes(id) === true)
  return parts.length === 0 ? [unit] : parts.flatMap(({ id }) => leavesOf(definition, id))
}

/** The units right below the one that holds all. */
function firstLevelOf({ reportingUnits }: ElectionDefinition): string[] {
  const root = reportingUnits.find(({ parent, composedOf }) => parent === undefined && composedOf === undefined)
  return reportingUnits.filter(({ parent }) => parent === root?.id).map(({ id }) => id)
}

/** `[ballots, undervotes, overvotes, votes of each option]` of the ballots whose style has the contest. */
function countContest(definition: ElectionDefinition, contest: Contest, ballots: readonly Ballot[]): number[] {
  const leaves = leavesOf(definition, contest.reportingUnit)
  const having = ballots.filter(({ unit }) => leaves.includes(unit))
  const marksOf = ({ selections }: Ballot): readonly string[] => selections[contest.id] ?? []
  const tooMany = having.filter((ballot) => marksOf(ballot).length > contest.votesAllowed)
  const fitting = having.filter((ballot) => marksOf(ballot).length <= contest.votesAllowed)
  const under = fitting.reduce((sum, ballot) => sum + contest.votesAllowed - marksOf(ballot).length, 0)
  return [having.length, under, tooMany.length * contest.votesAllowed, ...contest.options.map(({ id }) => fitting.filter((ballot) => marksOf(ballot).includes(id)).length)]
}

/** Imported time: a ballot is late if its pane's end and the grace lie at or before the watermark: the newest time before it, less the disorder that is allowed. */
function lateIn({ time }: ElectionDefinition, entries: readonly BoxEntry[]): Ballot[] {
  if (time.source !== 'IMPORTED') return []
  const late: Ballot[] = []
  let newest = Number.NEGATIVE_INFINITY
  for (const entry of entries) {
    if (entry.kind === 'BALLOT' && paneOf(entry.castAt) + PANE_MS + time.graceMs <= newest - time.disorderMs) late.push(entry)
    newest = Math.max(newest, entry.castAt)
  }
  return late
}
