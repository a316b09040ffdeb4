import type { BallotEntry, BoxEntry, CorrectionEntry } from '@livetally/core/election'
import type { RecountContest, RecountElection } from './recount-election.js'

/** Cell → count. A cell is `view|key|place`; places are numbered as in the stored count arrays. */
export type Cells = Map<string, number>

const PANE_MS = 10_000
const HOUR_MS = 3_600_000

/** How a stored tally has rolled up its old panes, ms; −∞ where it has not. */
export interface Rolled { minutesBefore: number, hoursBefore: number }

/**
 * Counts the entries of one box, one after another, in the plainest way there is: a list of cells each ballot belongs to,
 * and one more in each. It knows nothing of how the workers count.
 */
export function createHandCount(election: RecountElection, rolled: Rolled = { minutesBefore: Number.NEGATIVE_INFINITY, hoursBefore: Number.NEGATIVE_INFINITY }) {
  const cells: Cells = new Map()
  let newest = Number.NEGATIVE_INFINITY
  let ballots = 0

  const add = (view: string, key: string, place: number, by: number): void => {
    if (by === 0) return
    const cell = `${view}|${key}|${place}`
    cells.set(cell, (cells.get(cell) ?? 0) + by)
  }
  /** A row holds its ballots, then its contests one after another. */
  const placeOf = (contests: readonly RecountContest[], id: string): number => {
    let place = 1
    for (const contest of contests) {
      if (contest.id === id) return place
      place += 3 + contest.options.length
    }
    throw new Error(`The contest ${id} is not in this row.`)
  }
  const addBallot = (view: string, key: string, contests: readonly RecountContest[], ballot: BallotEntry): void => {
    add(view, key, 0, 1)
    for (const contest of election.styles.get(ballot.unit) ?? []) {
      const marked = ballot.selections[contest.id] ?? []
      const place = placeOf(contests, contest.id)
      add(view, key, place, 1)
      if (marked.length > contest.votesAllowed) add(view, key, place + 2, contest.votesAllowed)
      else {
        add(view, key, place + 1, contest.votesAllowed - marked.length)
        for (const option of marked) add(view, key, place + 3 + contest.options.findIndex(({ id }) => id === option), 1)
      }
    }
  }
  const addCorrection = (view: string, key: string, contests: readonly RecountContest[], { correction }: CorrectionEntry): void => {
    for (const change of correction.changes) {
      const difference = change.new - change.old
      const contest = contests.find(({ id }) => id === change.contest)
      const place = contest === undefined ? 0 : placeOf(contests, contest.id)
      switch (change.count) {
        case 'BALLOTS': add(view, key, place, difference); break
        case 'UNDERVOTES': add(view, key, place + 1, difference); break
        case 'OVERVOTES': add(view, key, place + 2, difference); break
        case 'VOTES': add(view, key, place + 3 + (contest?.options.findIndex(({ id }) => id === change.option) ?? 0), difference); break
        default: change satisfies never
      }
    }
  }
  const isKnown = (ballot: BallotEntry): boolean => {
    const style = election.styles.get(ballot.unit)
    return style !== undefined && Object.entries(ballot.selections).every(([contest, marked]) => {
      const found = style.find(({ id }) => id === contest)
      return found !== undefined && marked.every((option) => found.options.some(({ id }) => id === option))
    })
  }
  const paneKey = (at: number): string => {
    const size = at < rolled.hoursBefore ? HOUR_MS : at < rolled.minutesBefore ? 60_000 : PANE_MS
    return `${Math.floor(at / size) * size}${size === PANE_MS ? '' : `/${size}`}`
  }
  /** Database time cannot be late, but by a ledger that breaks its rule by more than an hour. */
  const isLate = (at: number): boolean => {
    const pane = Math.floor(at / PANE_MS) * PANE_MS
    return election.isImportedTime ? pane + PANE_MS + election.graceMs <= newest - election.disorderMs : pane < Math.floor((newest - HOUR_MS) / PANE_MS) * PANE_MS
  }
  const countBallot = (ballot: BallotEntry): void => {
    ballots += 1
    const late = isLate(ballot.castAt)
    newest = Math.max(newest, ballot.castAt)
    addBallot('place', `${ballot.unit}/${ballot.channel}`, election.styles.get(ballot.unit) ?? [], ballot)
    for (const names of election.breakdowns) {
      const values = names.map((name) => name.startsWith('unit:') ? election.groups.get(`${name}/${ballot.unit}`) ?? '_unknown' : ballot.attributes[name] ?? '_unknown')
      addBallot('breakdown', `${names.join(',')}/${values.join(',')}`, election.contests, ballot)
    }
    for (const unit of timelinesOf(ballot.unit)) {
      if (late) addBallot('late', unit, contestsOf(unit), ballot)
      else addBallot('pane', `${unit}/${paneKey(ballot.castAt)}`, contestsOf(unit), ballot)
    }
  }
  const timelinesOf = (leaf: string): string[] => {
    const first = election.firstLevel.get(leaf)
    return first === undefined ? [''] : ['', first]
  }
  const contestsOf = (unit: string): readonly RecountContest[] => unit === '' ? election.contests : election.contestsOfFirstLevel.get(unit) ?? []

  return {
    cells,
    get ballots() { return ballots },
    /** Counts one entry; false if it names what its election does not know. */
    count(entry: BoxEntry): boolean {
      switch (entry.kind) {
        case 'TICK':
        case 'SEAL':
          newest = Math.max(newest, entry.castAt)
          return true
        case 'BALLOT':
          if (!isKnown(entry)) return false
          countBallot(entry)
          return true
        case 'CORRECTION': {
          const { unit, channel } = entry.correction
          addCorrection('place', `${unit}/${channel}`, election.styles.get(unit) ?? [], entry)
          for (const timeline of timelinesOf(unit)) addCorrection('correction', timeline, contestsOf(timeline), entry)
          return true
        }
        default: return entry satisfies never
      }
    },
  }
}

/** Adds the cells of one count into another. */
export function addCells(sum: Cells, cells: Cells): void {
  for (const [cell, count] of cells) sum.set(cell, (sum.get(cell) ?? 0) + count)
}

/** Cells whose counts differ, at most `limit` of them. */
export function differingCells(counted: Cells, stored: Cells, limit = 20): { cell: string, counted: number, stored: number }[] {
  const differing: { cell: string, counted: number, stored: number }[] = []
  for (const cell of new Set([...counted.keys(), ...stored.keys()])) {
    if (differing.length >= limit) break
    const one = counted.get(cell) ?? 0
    const other = stored.get(cell) ?? 0
    if (one !== other) differing.push({ cell, counted: one, stored: other })
  }
  return differing
}
