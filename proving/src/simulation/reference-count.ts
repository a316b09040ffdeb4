import type { BoxEntry, Correction, CountChange, ElectionDefinition } from '@livetally/core/election'

/*
 * What should come out, counted the plainest way: for each number of the results, go through the ballots and count. Written
 * apart from the counting code and sharing nothing with it but the definition and the entries of the ledger.
 */

export type Counts = Readonly<Record<string, readonly number[]>>

type Ballot = Extract<BoxEntry, { kind: 'BALLOT' }>
type Contest = ElectionDefinition['contests'][number]

const CHANNELS = ['ONLINE', 'ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL'] as const
const PANE_MS = 10_000

/** The entries of one ballot box in order. Panes that begin before the two instants (ms) are a minute or an hour long. */
export interface CountedBox { readonly entries: readonly BoxEntry[], readonly minutesBefore: number, readonly hoursBefore: number }

/** Every number of an election's results by a name, zeros included; panes, groups, late ballots and corrections only where there are some. */
export function countByHand(definition: ElectionDefinition, counted: readonly CountedBox[]): Counts {
  const boxes = counted.map(({ entries }) => entries)
  const corrections = boxes.flat().filter((entry) => entry.kind === 'CORRECTION').map(({ correction }) => correction)
  const paneNames = new Map(counted.flatMap(({ entries, minutesBefore, hoursBefore }) => entries.map((entry) => [entry, paneNameOf(entry.castAt, minutesBefore, hoursBefore)] as const)))
  const paneOfBallot = (ballot: Ballot): string => paneNames.get(ballot) ?? ''
  const ballots = boxes.flat().filter((entry) => entry.kind === 'BALLOT')
  const late = new Set(boxes.flatMap((entries) => lateIn(definition, entries)))
  const onTime = ballots.filter((ballot) => !late.has(ballot))
  const counts: Record<string, readonly number[]> = {}
  const units = ['', ...definition.reportingUnits.map(({ id }) => id)]
  for (const unit of units) {
    const there = ballots.filter((ballot) => unit === '' || leavesOf(definition, unit).includes(ballot.unit))
    const corrected = corrections.filter((correction) => unit === '' || leavesOf(definition, unit).includes(correction.unit))
    counts[`turnout ${unit}`] = sum([there.length], correctedBy(undefined, corrected))
    for (const channel of CHANNELS) counts[`turnout ${unit} ${channel}`] = sum([there.filter((ballot) => ballot.channel === channel).length], correctedBy(undefined, corrected.filter((one) => one.channel === channel)))
    for (const contest of definition.contests) {
      counts[`contest ${contest.id} ${unit}`] = sum(countContest(definition, contest, there), correctedBy(contest, corrected))
      for (const channel of CHANNELS) counts[`contest ${contest.id} ${unit} ${channel}`] = sum(countContest(definition, contest, there.filter((ballot) => ballot.channel === channel)), correctedBy(contest, corrected.filter((one) => one.channel === channel)))
    }
  }
  for (const contest of [undefined, ...definition.contests]) {
    const name = contest?.id ?? ''
    const count = (of: readonly Ballot[]): number[] => contest === undefined ? [of.length] : countContest(definition, contest, of)
    const put = (key: string, of: readonly Ballot[]): void => {
      const found = of.length > 0 ? count(of) : []
      if (found.some((one) => one > 0)) counts[key] = found
    }
    for (const names of [...definition.attributes.map(({ id }) => [id]), ...definition.breakdowns]) {
      const groups = new Set(ballots.map((ballot) => valuesOf(definition, ballot, names)))
      for (const values of groups) put(`breakdown ${names.join(',')} ${name} ${values}`, ballots.filter((ballot) => valuesOf(definition, ballot, names) === values))
    }
    for (const unit of ['', ...firstLevelOf(definition)]) {
      const isThere = (ballot: Ballot): boolean => unit === '' || leavesOf(definition, unit).includes(ballot.unit)
      for (const pane of new Set(onTime.map(paneOfBallot))) put(`pane ${name} ${unit} ${pane}`, onTime.filter((ballot) => isThere(ballot) && paneOfBallot(ballot) === pane))
      put(`late ${name} ${unit}`, ballots.filter((ballot) => isThere(ballot) && late.has(ballot)))
      const corrected = correctedBy(contest, corrections.filter((correction) => unit === '' || leavesOf(definition, unit).includes(correction.unit)))
      if (corrected.some((one) => one !== 0)) counts[`corrected ${name} ${unit}`] = corrected
    }
  }
  return counts
}

const paneOf = (at: number): number => Math.floor(at / PANE_MS) * PANE_MS
const sum = (one: readonly number[], other: readonly number[]): number[] => one.map((count, at) => count + (other[at] ?? 0))

function paneNameOf(at: number, minutesBefore: number, hoursBefore: number): string {
  const size = at < hoursBefore ? 3_600_000 : at < minutesBefore ? 60_000 : PANE_MS
  return `${Math.floor(at / size) * size}/${size}`
}

/** Values of a ballot's attributes; for `unit:WARD` the ward it was cast in. */
function valuesOf(definition: ElectionDefinition, { attributes, unit }: Ballot, names: readonly string[]): string {
  const wardOf = (kind: string): string | undefined => definition.reportingUnits.find((one) => one.kind === kind && leavesOf(definition, one.id).includes(unit))?.id
  return names.map((name) => (name.startsWith('unit:') ? wardOf(name.slice(5)) : attributes[name]) ?? '_unknown').join(',')
}

/** What corrections add to a contest's counts, or without one to the number of ballots. */
function correctedBy(contest: Contest | undefined, corrections: readonly Correction[]): number[] {
  const changed = (isIt: (change: CountChange) => boolean): number => corrections.flatMap(({ changes }) => changes).filter(isIt).reduce((total, change) => total + change.new - change.old, 0)
  if (contest === undefined) return [changed((change) => change.count === 'BALLOTS' && change.contest === undefined)]
  const kinds = (['BALLOTS', 'UNDERVOTES', 'OVERVOTES'] as const).map((count) => changed((change) => change.count === count && change.contest === contest.id))
  return [...kinds, ...contest.options.map(({ id }) => changed((change) => change.count === 'VOTES' && change.contest === contest.id && change.option === id))]
}

type Units = ElectionDefinition['reportingUnits']
const knownLeaves = new WeakMap<Units, Map<string, string[]>>()

function leavesOf({ reportingUnits }: Pick<ElectionDefinition, 'reportingUnits'>, unit: string): string[] {
  const known = knownLeaves.get(reportingUnits) ?? new Map<string, string[]>()
  knownLeaves.set(reportingUnits, known)
  const leaves = known.get(unit) ?? findLeaves(reportingUnits, unit)
  known.set(unit, leaves)
  return leaves
}

function findLeaves(reportingUnits: Units, unit: string): string[] {
  const parts = reportingUnits.filter(({ id, parent }) => parent === unit || reportingUnits.find((one) => one.id === unit)?.composedOf?.includes(id) === true)
  return parts.length === 0 ? [unit] : parts.flatMap(({ id }) => findLeaves(reportingUnits, id))
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
