import type { BallotEntry, CorrectionEntry } from '@livetally/core/election'
import type { RecountContest, RecountElection } from './recount-election.js'

/** Cell → count. A cell is `view|key|place`; places are numbered as in the stored count arrays. */
export type Cells = Map<string, number>

/** The cells of one count, and what is added to them. `onChange` hears of everything that is. */
export function createCellCounts({ styles }: Pick<RecountElection, 'styles'>, onChange?: (cell: string, by: number) => void) {
  const cells: Cells = new Map()

  const add = (view: string, key: string, place: number, by: number): void => {
    if (by === 0) return
    const cell = `${view}|${key}|${place}`
    cells.set(cell, (cells.get(cell) ?? 0) + by)
    onChange?.(cell, by)
  }
  const put = (view: string, key: string, place: number, count: number): void => add(view, key, place, count - (cells.get(`${view}|${key}|${place}`) ?? 0))
  /** `first` is the place at which the row's counts begin; `part` which of them are counted. */
  const addBallot = (view: string, key: string, contests: readonly RecountContest[], ballot: BallotEntry, part: 'ALL' | 'TURNOUT' | 'CHOICES' = 'ALL', first = 0): void => {
    if (part !== 'CHOICES') add(view, key, first, 1)
    if (part === 'TURNOUT') return
    for (const contest of styles.get(ballot.unit) ?? []) {
      const marked = ballot.selections[contest.id] ?? []
      const place = first + placeOf(contests, contest.id)
      add(view, key, place, 1)
      if (marked.length > contest.votesAllowed) add(view, key, place + 2, contest.votesAllowed)
      else {
        add(view, key, place + 1, contest.votesAllowed - marked.length)
        for (const option of marked) add(view, key, place + 3 + contest.options.findIndex(({ id }) => id === option), 1)
      }
    }
  }
  const addCorrection = (rowOf: (isOfContest: boolean) => [view: string, key: string], contests: readonly RecountContest[], { correction }: CorrectionEntry): void => {
    for (const change of correction.changes) {
      const difference = change.new - change.old
      const contest = contests.find(({ id }) => id === change.contest)
      const place = contest === undefined ? 0 : placeOf(contests, contest.id)
      const [view, key] = rowOf(contest !== undefined)
      switch (change.count) {
        case 'BALLOTS': add(view, key, place, difference); break
        case 'UNDERVOTES': add(view, key, place + 1, difference); break
        case 'OVERVOTES': add(view, key, place + 2, difference); break
        case 'VOTES': add(view, key, place + 3 + (contest?.options.findIndex(({ id }) => id === change.option) ?? 0), difference); break
        default: change satisfies never
      }
    }
  }
  return { cells, put, addBallot, addCorrection }
}

/** A row holds its ballots, then its contests one after another. */
function placeOf(contests: readonly RecountContest[], id: string): number {
  let place = 1
  for (const contest of contests) {
    if (contest.id === id) return place
    place += 3 + contest.options.length
  }
  throw new Error(`The contest ${id} is not in this row.`)
}

/** Number of places in a row of these contests. */
export function rowWidth(contests: readonly RecountContest[]): number {
  return 1 + contests.reduce((sum, { options }) => sum + 3 + options.length, 0)
}

/** The cells as tallies have them: choices that were released are those of places. */
export function tallied(cells: Cells): Cells {
  const sum: Cells = new Map()
  for (const [cell, count] of cells) {
    const name = cell.startsWith('released|') ? `place${cell.slice(cell.indexOf('|'))}` : cell
    sum.set(name, (sum.get(name) ?? 0) + count)
  }
  return sum
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
