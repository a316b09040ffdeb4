import type { BoxEntry, Correction, CountChange, ElectionDefinition } from '@livetally/core/election'
import { firstLevelOf, leavesOf } from './reference-geography.js'
import { isKnown, releaseByHand, type ReleasedBox, type ReleasePlace } from './reference-release.js'

/*
 * What should come out, counted the plainest way: for each number of the results, go through the ballots and count. Written
 * apart from the counting code and sharing nothing with it but the definition and the entries of the ledger.
 */

export type Counts = Readonly<Record<string, readonly number[]>>

type Ballot = Extract<BoxEntry, { kind: 'BALLOT' }>
type Contest = ElectionDefinition['contests'][number]

const CHANNELS = ['ONLINE', 'ELECTION_DAY', 'EARLY', 'ABSENTEE_MAIL', 'PROVISIONAL'] as const
const PANE_MS = 10_000

/** The entries of one box in order: ballot boxes first, then that of corrections. Panes that begin before the two instants (ms) are a minute or an hour long. */
export interface CountedBox { readonly entries: readonly BoxEntry[], readonly minutesBefore: number, readonly hoursBefore: number }

/** A ballot whose choices are shown, with what they are counted in. */
interface Shown { readonly ballot: Ballot, readonly where: ReleasePlace, readonly pane: string }

/**
 * Every number of an election's results by a name, zeros included; panes, groups, late ballots, frontiers and corrections only where there are some.
 * Where wider units release choices, places may be shown a revision after the last seal is counted; until then it is `arePlacesShown` = false.
 */
export function countByHand(definition: ElectionDefinition, counted: readonly CountedBox[], arePlacesShown = true): Counts {
  const boxes = counted.map(({ entries }) => entries.filter((entry) => isKnown(definition, entry)))
  const corrections = boxes.flat().filter((entry) => entry.kind === 'CORRECTION').map(({ correction }) => correction)
  const paneNames = new Map(counted.flatMap(({ entries, minutesBefore, hoursBefore }) => entries.map((entry) => [entry, paneNameOf(entry.castAt, minutesBefore, hoursBefore)] as const)))
  const paneOfBallot = (ballot: Ballot): string => paneNames.get(ballot) ?? ''
  const ballots = boxes.flat().filter((entry) => entry.kind === 'BALLOT')
  const late = new Set(boxes.flatMap((entries) => lateIn(definition, entries)))
  const onTime = ballots.filter((ballot) => !late.has(ballot))
  const isSecret = definition.ballotSecrecy === 'SECRET'
  const released = isSecret ? boxes.map((entries) => releaseByHand(definition, entries)) : []
  const shown: readonly Shown[] = isSecret ? shownIn(definition, counted, released, arePlacesShown) : ballots.map((ballot) => ({ ballot, where: placeOf(ballot), pane: paneOfBallot(ballot) }))
  const counts: Record<string, readonly number[]> = {}
  const units = ['', ...definition.reportingUnits.map(({ id }) => id)]
  for (const unit of units) {
    const there = ballots.filter((ballot) => unit === '' || leavesOf(definition, unit).includes(ballot.unit))
    const shownThere = ballotsOf(shown.filter(({ where }) => isShownIn(definition, where, unit)))
    const shownBy = new Map(CHANNELS.map((channel) => [channel, ballotsOf(shown.filter(({ where }) => where.channel === channel && isShownIn(definition, where, unit)))] as const))
    const corrected = corrections.filter((correction) => unit === '' || leavesOf(definition, unit).includes(correction.unit))
    const isByChannel = !isSecret || definition.choicesByChannel
    counts[`turnout ${unit}`] = sum([there.length], correctedBy(undefined, corrected))
    for (const channel of CHANNELS) counts[`turnout ${unit} ${channel}`] = sum([there.filter((ballot) => ballot.channel === channel).length], correctedBy(undefined, corrected.filter((one) => one.channel === channel)))
    for (const contest of showsChoicesOf(definition, unit) ? definition.contests : []) {
      counts[`contest ${contest.id} ${unit}`] = sum(countContest(definition, contest, shownThere), correctedBy(contest, corrected))
      for (const channel of CHANNELS) counts[`contest ${contest.id} ${unit} ${channel}`] = sum(countContest(definition, contest, shownBy.get(channel) ?? []), correctedBy(contest, corrected.filter((one) => isByChannel && one.channel === channel)))
    }
    if (isSecret && shownThere.length > 0 && !isPlace(definition, unit)) counts[`released ${unit}`] = [shownThere.length]
  }
  released.forEach(({ frontiers }, box) => {
    for (const [row, { seq, ballots: below }] of frontiers) if (seq > 0) counts[`frontier ${box}/${row}`] = [seq, below]
  })
  for (const contest of [undefined, ...definition.contests]) {
    const name = contest?.id ?? ''
    const count = (of: readonly Ballot[]): number[] => contest === undefined ? [of.length] : countContest(definition, contest, of)
    const put = (key: string, of: readonly Ballot[]): void => {
      const found = of.length > 0 ? count(of) : []
      if (found.some((one) => one > 0)) counts[key] = found
    }
    /** Choices of secret ballots have no groups of voters here, and are never late: see \`judgeGroups\`. */
    const isChoice = isSecret && contest !== undefined
    for (const names of isChoice ? [] : [...definition.attributes.map(({ id }) => [id]), ...definition.breakdowns]) {
      const groups = new Set(ballots.map((ballot) => valuesOf(definition, ballot, names)))
      for (const values of groups) put(`breakdown ${names.join(',')} ${name} ${values}`, ballots.filter((ballot) => valuesOf(definition, ballot, names) === values))
    }
    for (const unit of ['', ...firstLevelOf(definition)]) {
      const isThere = (ballot: Ballot): boolean => unit === '' || leavesOf(definition, unit).includes(ballot.unit)
      const timed = isChoice ? shown.filter(({ where }) => isShownIn(definition, where, unit)) : onTime.filter(isThere).map((ballot) => ({ ballot, pane: paneOfBallot(ballot) }))
      for (const pane of new Set(timed.map((one) => one.pane))) put(`pane ${name} ${unit} ${pane}`, ballotsOf(timed.filter((one) => one.pane === pane)))
      if (!isChoice) put(`late ${name} ${unit}`, ballots.filter((ballot) => isThere(ballot) && late.has(ballot)))
      const corrected = correctedBy(contest, corrections.filter((correction) => unit === '' || leavesOf(definition, unit).includes(correction.unit)))
      if (corrected.some((one) => one !== 0)) counts[`corrected ${name} ${unit}`] = corrected
    }
  }
  return counts
}

const isPlace = (definition: ElectionDefinition, unit: string): boolean => unit !== '' && leavesOf(definition, unit).join() === unit

/** Where wider units release choices, small places may be shown together in the end: \`judgePlaces\` looks at them. */
export function showsChoicesOf(definition: ElectionDefinition, unit: string): boolean {
  return definition.ballotSecrecy === 'OPEN' || definition.releaseUnits === undefined || !isPlace(definition, unit)
}

/** Which choices are shown, and in which pane their release lies. Once all is sealed, those of wider release units are shown at their places. */
function shownIn(definition: ElectionDefinition, counted: readonly CountedBox[], released: readonly ReleasedBox[], arePlacesShown: boolean): Shown[] {
  const isAllSealed = released.filter(({ isSealed }) => isSealed).length === definition.boxes
  const isWide = arePlacesShown && definition.releaseUnits !== undefined
  return released.flatMap(({ shown }, box) => {
    const { minutesBefore = 0, hoursBefore = 0 } = counted[box] ?? {}
    return shown.map(({ ballot, at, where }) => ({ ballot, where: isWide && isAllSealed ? placeOf(ballot, definition.choicesByChannel) : where, pane: paneNameOf(at, minutesBefore, hoursBefore) }))
  })
}

const ballotsOf = (shown: readonly { ballot: Ballot }[]): Ballot[] => shown.map(({ ballot }) => ballot)

function placeOf({ unit, channel }: Ballot, isByChannel = true): ReleasePlace {
  return { name: unit, leaves: [unit], channel: isByChannel ? channel : undefined }
}

/** A unit shows the choices of what lies in it as a whole; a place, those that are shown under its own name. */
function isShownIn(definition: ElectionDefinition, { name, leaves }: ReleasePlace, unit: string): boolean {
  const within = leavesOf(definition, unit)
  return unit === '' || (isPlace(definition, unit) ? name === unit : leaves.every((leaf) => within.includes(leaf)))
}

const paneOf = (at: number): number => Math.floor(at / PANE_MS) * PANE_MS
export const sum = (one: readonly number[], other: readonly number[]): number[] => one.map((count, at) => count + (other[at] ?? 0))

function paneNameOf(at: number, minutesBefore: number, hoursBefore: number): string {
  const size = at < hoursBefore ? 3_600_000 : at < minutesBefore ? 60_000 : PANE_MS
  return `${Math.floor(at / size) * size}/${size}`
}

/** Values of a ballot's attributes; for `unit:WARD` the ward it was cast in. */
export function valuesOf(definition: ElectionDefinition, { attributes, unit }: Ballot, names: readonly string[]): string {
  const wardOf = (kind: string): string | undefined => definition.reportingUnits.find((one) => one.kind === kind && leavesOf(definition, one.id).includes(unit))?.id
  return names.map((name) => (name.startsWith('unit:') ? wardOf(name.slice(5)) : attributes[name]) ?? '_unknown').join(',')
}

/** What corrections add to a contest's counts, or without one to the number of ballots. */
export function correctedBy(contest: Contest | undefined, corrections: readonly Correction[]): number[] {
  const changed = (isIt: (change: CountChange) => boolean): number => corrections.flatMap(({ changes }) => changes).filter(isIt).reduce((total, change) => total + change.new - change.old, 0)
  if (contest === undefined) return [changed((change) => change.count === 'BALLOTS' && change.contest === undefined)]
  const kinds = (['BALLOTS', 'UNDERVOTES', 'OVERVOTES'] as const).map((count) => changed((change) => change.count === count && change.contest === contest.id))
  return [...kinds, ...contest.options.map(({ id }) => changed((change) => change.count === 'VOTES' && change.contest === contest.id && change.option === id))]
}

/** `[ballots, undervotes, overvotes, votes of each option]` of the ballots whose style has the contest. */
export function countContest(definition: ElectionDefinition, contest: Contest, ballots: readonly Ballot[]): number[] {
  const leaves = leavesOf(definition, contest.reportingUnit)
  const having = ballots.filter(({ unit }) => leaves.includes(unit))
  const marksOf = ({ selections }: Ballot): readonly string[] => selections[contest.id] ?? []
  const tooMany = having.filter((ballot) => marksOf(ballot).length > contest.votesAllowed)
  const fitting = having.filter((ballot) => marksOf(ballot).length <= contest.votesAllowed)
  const under = fitting.reduce((sum, ballot) => sum + contest.votesAllowed - marksOf(ballot).length, 0)
  return [having.length, under, tooMany.length * contest.votesAllowed, ...contest.options.map(({ id }) => fitting.filter((ballot) => marksOf(ballot).includes(id)).length)]
}

/**
 * Imported time: a ballot is late if its pane's end and the grace lie at or before the watermark: the newest time before its
 * transaction, less the disorder that is allowed. A transaction ends with an entry that bears the box's digest.
 */
function lateIn({ time }: ElectionDefinition, entries: readonly BoxEntry[]): Ballot[] {
  if (time.source !== 'IMPORTED') return []
  const late: Ballot[] = []
  let newest = Number.NEGATIVE_INFINITY
  let newestBefore = newest
  for (const entry of entries) {
    if (entry.kind === 'BALLOT' && paneOf(entry.castAt) + PANE_MS + time.graceMs <= newestBefore - time.disorderMs) late.push(entry)
    newest = Math.max(newest, entry.castAt)
    if (entry.chain !== undefined) newestBefore = newest
  }
  return late
}
