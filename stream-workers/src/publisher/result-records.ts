import { nameCounts, OTHER_GROUPS, PANE_MS, rankUnits, VOTE_CHANNELS, WHOLE_ELECTION, type Pane, type ReportingUnitKind, type ResultsAt, type Structure } from '@livetally/core/election'
import {
  breakdownResultKey, contestResultKey, encodeBreakdownResult, encodeContestResult, encodeRankingResult, encodeTurnoutResult, encodeWindowResult,
  rankingResultKey, TOPIC, turnoutResultKey, windowResultKey, type OutgoingRecord,
} from '@livetally/core/events'

/** The revision that records tell of. `finalUntil`: windows that end at or before (ms) are final. */
export interface Told { readonly election: number, readonly structure: Structure, readonly at: ResultsAt, readonly finalUntil: number | null }

type ResultRecord = Omit<OutgoingRecord, 'partition'>

/** Reporting units named in a ranking. */
const RANKED = 50

export function contestRecord(told: Told, contest: string, unit: string): ResultRecord {
  const event = { ...baseOf(told), contest, ...inUnit(unit), ...named(told.structure, contest, told.at.contest(contest, unit)) }
  return { topic: TOPIC.resultsContests, key: contestResultKey(event), value: encodeContestResult(event) }
}

export function turnoutRecord(told: Told, unit: string): ResultRecord {
  const { ballots, byChannel } = told.at.turnout(unit)
  const channels = Object.fromEntries(VOTE_CHANNELS.map((channel) => [channel, byChannel.get(channel) ?? 0]))
  const event = { ...baseOf(told), ...inUnit(unit), ballots, byChannel: channels, eligibleVoters: told.at.eligibleVoters(unit) ?? null }
  return { topic: TOPIC.resultsTurnout, key: turnoutResultKey(event), value: encodeTurnoutResult(event) }
}

/** Nothing of a breakdown that is still being counted, nor of secret choices that are held back: they are told when they are there, never as zeros. */
export function breakdownRecords(told: Told, wanted: readonly (readonly [names: string, contest: string])[]): ResultRecord[] {
  const coming = new Set(told.structure.breakdowns.filter((names) => !told.at.isComplete(names)).map((names) => names.join(',')))
  const isHeldBack = (names: string, contest: string): boolean => contest !== '' && !told.at.isReleased(names.split(','))
  return wanted.filter(([names, contest]) => !coming.has(names) && !isHeldBack(names, contest)).map(([names, contest]) => {
    const attributes = names.split(',')
    const cells = contest === '' ? groupsOf(told, attributes) : told.at.breakdown(attributes, contest).map(([values, counts]) => ({ values: values[0] === OTHER_GROUPS ? attributes.map(() => OTHER_GROUPS) : values, ...named(told.structure, contest, counts) }))
    const event = { ...baseOf(told), ...ofContest(contest), attributes, cells }
    return { topic: TOPIC.resultsBreakdowns, key: breakdownResultKey(event), value: encodeBreakdownResult(event) }
  })
}

/** Groups with a ballot or with a voter, and how many may vote in each. */
function groupsOf({ structure, at }: Told, attributes: readonly string[]) {
  const groups = new Map(at.electorateGroups(attributes).map((values): [string, readonly [string[], readonly number[]]] => [values.join(','), [values, [0]]]))
  for (const group of at.breakdown(attributes, '')) groups.set(group[0].join(','), group)
  return [...groups.values()].map(([values, counts]) => ({ values, ...named(structure, '', counts), eligibleVoters: at.electorate(attributes, values) ?? null }))
}

/** The panes that begin then. One that is no more is told as zero. */
export function paneRecords(told: Told, wanted: readonly (readonly [contest: string, start: string])[]): ResultRecord[] {
  const { structure, at, finalUntil } = told
  const late = at.late('')[0] ?? 0
  return [...new Set(wanted.map(([contest]) => contest))].flatMap((contest) => {
    const panes = panesByStart(at.panes(contest))
    return wanted.filter(([other]) => other === contest).map(([, text]) => {
      const start = Number(text)
      const { sizeMs = PANE_MS, counts = [0] } = panes.get(start) ?? {}
      const event = {
        ...baseOf(told), ...ofContest(contest), kind: 'TUMBLING' as const, start, end: start + sizeMs,
        isFinal: finalUntil !== null && start + sizeMs <= finalUntil, late, ...named(structure, contest, counts),
      }
      return { topic: TOPIC.resultsWindows, key: windowResultKey(event), value: encodeWindowResult(event) }
    })
  })
}

/** While boxes are rolled up one after the other, a pane of one may begin with a longer one of another: they are told as one. */
function panesByStart(panes: readonly Pane[]): Map<number, Pane> {
  const byStart = new Map<number, Pane>()
  for (const pane of panes) {
    const other = byStart.get(pane.start)
    byStart.set(pane.start, other === undefined ? pane : { start: pane.start, sizeMs: Math.max(pane.sizeMs, other.sizeMs), counts: pane.counts.map((count, at) => count + (other.counts[at] ?? 0)) })
  }
  return byStart
}

export function rankingRecord(told: Told, unitKind: ReportingUnitKind): ResultRecord {
  const { structure, at } = told
  const units = rankUnits(structure, at, { by: 'BALLOTS', kind: unitKind, first: RANKED }).map(({ rank, unit, ballots }) => ({ rank, unit: unit.id, ballots }))
  const byTurnout = rankUnits(structure, at, { by: 'TURNOUT', kind: unitKind, first: RANKED })
    .flatMap(({ rank, unit, ballots, eligible }) => eligible === undefined ? [] : [{ rank, unit: unit.id, ballots, eligibleVoters: eligible }])
  const event = { ...baseOf(told), unitKind, units, byTurnout }
  return { topic: TOPIC.resultsRankings, key: rankingResultKey(event), value: encodeRankingResult(event) }
}

function baseOf({ election, at }: Told) {
  return { v: 1 as const, election, revision: at.revision }
}

function inUnit(unit: string): { unit?: string } {
  return unit === WHOLE_ELECTION ? {} : { unit }
}

function ofContest(contest: string): { contest?: string } {
  return contest === '' ? {} : { contest }
}

function named(structure: Structure, contest: string, counts: readonly number[]) {
  const { ballots, undervotes, overvotes, options } = nameCounts(counts)
  const votes = Object.fromEntries([...structure.contests.get(contest)?.optionIndex ?? []].map(([id, at]) => [id, options[at] ?? 0]))
  return { ballots, undervotes, overvotes, votes }
}
