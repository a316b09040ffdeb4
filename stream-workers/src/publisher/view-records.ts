import { createResults, nameCounts, PANE_MS, VOTE_CHANNELS, WHOLE_ELECTION, type ResultRow, type ResultsAt, type Structure, type Unit } from '@livetally/core/election'
import {
  breakdownResultKey, contestResultKey, encodeBreakdownResult, encodeContestResult, encodeRankingResult, encodeTurnoutResult, encodeWindowResult,
  rankingResultKey, TOPIC, turnoutResultKey, windowResultKey, type OutgoingRecord,
} from '@livetally/core/events'
import type { Revision } from '@livetally/core/store'

/** Reporting units named in a ranking. */
const RANKED = 50

/** What has to be told anew: contests by unit, units, breakdowns, panes. */
const KINDS = ['contests', 'units', 'breakdowns', 'panes'] as const
type Touched = Record<(typeof KINDS)[number], Set<string>>

export interface ViewRecords {
  take(revision: Revision): void
  /**
   * Absolute records of the compacted `results.*` topics for what changed and was not drained yet; first of everything, zeros
   * included. Of `most` things at the most, and some rankings: an election of 10,000 units and 50 contests has half a million,
   * which must not be in memory together. Nothing before a revision was taken: zeros must not cover what a predecessor sent.
   */
  drain(partition: number, most?: number): OutgoingRecord[]
  /** How many things have to be told anew. */
  readonly waiting: number
  /** The definition was edited. */
  adopt(structure: Structure): void
  /** The records of the last `drain` did not reach the log: the next one holds them again. */
  putBack(): void
}

/** Turns revisions into records for anybody who reads Kafka: sums at every level, with names instead of places. */
export function createViewRecords(election: number, first: Structure): ViewRecords {
  let structure = first
  const results = createResults(first)
  const touched = everything(structure)
  let drained = nothing()
  let finalUntil: number | null = null

  const touch = ({ view, key, counts }: ResultRow): void => {
    const [first = '', second = ''] = key.split('/')
    const unitsOf = (leaf: string): string[] => [leaf, ...structure.units.get(leaf)?.containers ?? [], WHOLE_ELECTION]
    const contests = (unit: string): string[] => structure.layout(unit).contests.map(({ id }) => id)
    switch (view) {
      case 'place':
        for (const unit of unitsOf(first)) {
          touched.units.add(unit)
          for (const contest of contests(first)) touched.contests.add(`${contest}/${unit}`)
        }
        break
      case 'eligible': for (const unit of unitsOf(first)) touched.units.add(unit); break
      case 'breakdown': for (const contest of ['', ...contests(WHOLE_ELECTION)]) touched.breakdowns.add(`${first}/${contest}`); break
      case 'pane':
        if (first !== WHOLE_ELECTION) break
        // Contests that nobody of this pane voted in have no record of it; a pane that was taken back is told as zero.
        for (const contest of ['', ...contests(first)]) if (counts[0] === 0 || structure.layout(first).slice(counts, contest)?.[0] !== 0) touched.panes.add(`${contest}/${second}`)
        break
      case 'late':
      case 'correction':
      case 'electorate': break
      default: view satisfies never
    }
  }

  return {
    take(revision) {
      // Nobody holds on to an older revision here.
      results.apply(revision.revision, revision.rows, revision.isFull, revision.revision)
      const until = revision.finalUntil
      if (until !== finalUntil) for (const { start, sizeMs } of results.at().panes('')) if (start + sizeMs > (finalUntil ?? 0) && start + sizeMs <= (until ?? 0)) touchPane(touched, structure, start)
      finalUntil = until
      revision.rows.forEach(touch)
    },
    adopt(edited) {
      structure = edited
      results.adopt(edited)
    },
    putBack() {
      for (const kind of KINDS) for (const id of drained[kind]) touched[kind].add(id)
    },
    get waiting() { return KINDS.reduce((sum, kind) => sum + touched[kind].size, 0) },
    drain(partition, most = Number.POSITIVE_INFINITY) {
      if (results.revision === 0) return []
      const taken = takeOut(touched, most)
      drained = taken
      const at = results.at()
      const base = { v: 1 as const, election, revision: results.revision }
      const record = (topic: string, key: string, value: string): OutgoingRecord => ({ topic, partition, key, value })
      return [
        ...[...taken.contests].map((id) => {
          const [contest = '', unit = ''] = id.split('/')
          const event = { ...base, contest, ...unit === WHOLE_ELECTION ? {} : { unit }, ...named(structure, contest, at.contest(contest, unit)) }
          return record(TOPIC.resultsContests, contestResultKey(event), encodeContestResult(event))
        }),
        ...[...taken.units].map((unit) => {
          const { ballots, byChannel } = at.turnout(unit)
          const event = { ...base, ...unit === WHOLE_ELECTION ? {} : { unit }, ballots, byChannel: Object.fromEntries(VOTE_CHANNELS.map((channel) => [channel, byChannel.get(channel) ?? 0])), eligibleVoters: at.eligibleVoters(unit) ?? null }
          return record(TOPIC.resultsTurnout, turnoutResultKey(event), encodeTurnoutResult(event))
        }),
        ...[...taken.breakdowns].map((id) => {
          const [names = '', contest = ''] = id.split('/')
          const attributes = names.split(',')
          const cells = at.breakdown(attributes, contest).map(([values, counts]) => ({ values, ...named(structure, contest, counts) }))
          const event = { ...base, ...contest === '' ? {} : { contest }, attributes, cells }
          return record(TOPIC.resultsBreakdowns, breakdownResultKey(event), encodeBreakdownResult(event))
        }),
        ...paneRecords([...taken.panes], at, structure, base, finalUntil, record),
        ...rankings(taken.units, at, structure).map(({ unitKind, units }) => {
          const event = { ...base, unitKind, units }
          return record(TOPIC.resultsRankings, rankingResultKey(event), encodeRankingResult(event))
        }),
      ]
    },
  }
}

function nothing(): Touched {
  return { contests: new Set(), units: new Set(), breakdowns: new Set(), panes: new Set() }
}

/** Moves at most so many out of `touched`, those that came first before the others of their kind. */
function takeOut(touched: Touched, most: number): Touched {
  const taken = nothing()
  let left = most
  for (const kind of KINDS) {
    for (const id of touched[kind]) {
      if (left <= 0) return taken
      taken[kind].add(id)
      touched[kind].delete(id)
      left -= 1
    }
  }
  return taken
}

function everything(structure: Structure): Touched {
  const units = [...structure.units.values()]
  const contestsIn = (unit: Unit): string[] => [...new Set(unit.leaves.flatMap((leaf) => structure.ballotStyle(leaf).map(({ id }) => id)))]
  return {
    contests: new Set([...[...structure.contests.keys()].map((contest) => `${contest}/${WHOLE_ELECTION}`), ...units.flatMap((unit) => contestsIn(unit).map((contest) => `${contest}/${unit.id}`))]),
    units: new Set([WHOLE_ELECTION, ...units.map(({ id }) => id)]),
    breakdowns: new Set(structure.breakdowns.flatMap((names) => ['', ...structure.contests.keys()].map((contest) => `${names.join(',')}/${contest}`))),
    panes: new Set(),
  }
}

function touchPane(touched: Touched, structure: Structure, start: number): void {
  for (const contest of ['', ...structure.contests.keys()]) touched.panes.add(`${contest}/${start}`)
}

function paneRecords(
  panes: readonly string[], at: ResultsAt, structure: Structure, base: { v: 1, election: number, revision: number }, finalUntil: number | null,
  record: (topic: string, key: string, value: string) => OutgoingRecord,
): OutgoingRecord[] {
  const byContest = new Map<string, number[]>()
  for (const id of panes) {
    const [contest = '', start = ''] = id.split('/')
    byContest.set(contest, [...byContest.get(contest) ?? [], Number(start)])
  }
  return [...byContest].flatMap(([contest, starts]) => {
    const panes = new Map(at.panes(contest).map((pane) => [pane.start, pane]))
    const late = at.late('')[0] ?? 0
    return starts.map((start) => {
      const { sizeMs = PANE_MS, counts = [0] } = panes.get(start) ?? {}
      const event = {
        ...base, ...contest === '' ? {} : { contest }, kind: 'TUMBLING' as const, start, end: start + sizeMs,
        isFinal: finalUntil !== null && start + sizeMs <= finalUntil, late, ...named(structure, contest, counts),
      }
      return record(TOPIC.resultsWindows, windowResultKey(event), encodeWindowResult(event))
    })
  })
}

function rankings(units: ReadonlySet<string>, at: ResultsAt, structure: Structure) {
  const kinds = new Set([...units].flatMap((id) => {
    const unit = structure.units.get(id)
    return unit === undefined || !unit.definition.isPlace ? [] : [unit.definition.kind]
  }))
  return [...kinds].map((unitKind) => {
    const ranked = [...structure.units.values()]
      .filter((unit) => unit.definition.kind === unitKind && unit.definition.isPlace)
      .map((unit) => ({ unit: unit.id, ballots: at.turnout(unit.id).ballots }))
      .toSorted((one, other) => other.ballots - one.ballots || (one.unit < other.unit ? -1 : 1))
    const rankOf = (ballots: number): number => 1 + ranked.findIndex((other) => other.ballots === ballots)
    return { unitKind, units: ranked.slice(0, RANKED).map(({ unit, ballots }) => ({ rank: rankOf(ballots), unit, ballots })) }
  })
}

function named(structure: Structure, contest: string, counts: readonly number[]) {
  const { ballots, undervotes, overvotes, options } = nameCounts(counts)
  const votes = Object.fromEntries([...structure.contests.get(contest)?.optionIndex ?? []].map(([id, at]) => [id, options[at] ?? 0]))
  return { ballots, undervotes, overvotes, votes }
}
