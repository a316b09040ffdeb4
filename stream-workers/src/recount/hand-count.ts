import type { BallotEntry } from '@livetally/core/election'
import type { RecountContest, RecountElection } from './recount-election.js'

/** Cell → count. A cell is `view|key|place`; places are numbered as the stored count arrays are. */
export type Cells = Map<string, number>

/**
 * Counts the ballots of one box, one after another, in the plainest way there is: a list of cells each ballot belongs to,
 * and one more in each. It knows nothing of how the workers count.
 */
export function createHandCount(election: RecountElection) {
  const cells: Cells = new Map()
  let newest = Number.NEGATIVE_INFINITY
  let ballots = 0

  const one = (view: string, key: string, place: number, by = 1): void => {
    if (by === 0) return
    const cell = `${view}|${key}|${place}`
    cells.set(cell, (cells.get(cell) ?? 0) + by)
  }
  const countContest = (view: string, key: string, contest: RecountContest, marked: readonly string[]): void => {
    one(view, key, 0)
    if (marked.length > contest.votesAllowed) return one(view, key, 2, contest.votesAllowed)
    one(view, key, 1, contest.votesAllowed - marked.length)
    for (const option of marked) one(view, key, 3 + contest.options.findIndex(({ id }) => id === option))
  }

  return {
    cells,
    get ballots() { return ballots },
    /** Counts one ballot; false if it names what its election does not know. */
    count(ballot: BallotEntry): boolean {
      const style = election.styles.get(ballot.unit)
      if (style === undefined) return false
      const isKnown = Object.entries(ballot.selections).every(([contest, marked]) => {
        const found = style.find(({ id }) => id === contest)
        return found !== undefined && marked.every((option) => found.options.some(({ id }) => id === option))
      })
      if (!isKnown) return false
      ballots += 1
      const pane = Math.floor(ballot.castAt / 10_000) * 10_000
      const isLate = election.isImportedTime && pane + 10_000 + election.graceMs <= newest - election.disorderMs
      newest = Math.max(newest, ballot.castAt)
      const groups = election.breakdowns.map((names) => ({ names: names.join(','), values: names.map((name) => ballot.attributes[name] ?? '_unknown').join(',') }))

      one('turnout', `${ballot.unit}/${ballot.channel}`, 0)
      if (isLate) one('late', '/', 0)
      else one('pane', `//${pane}`, 0)
      for (const { names, values } of groups) one('breakdown', `${names}//${values}`, 0)
      for (const contest of style) {
        const marked = ballot.selections[contest.id] ?? []
        countContest('contest', `${contest.id}/${ballot.unit}/${ballot.channel}`, contest, marked)
        if (isLate) countContest('late', `${contest.id}/`, contest, marked)
        else countContest('pane', `${contest.id}//${pane}`, contest, marked)
        for (const { names, values } of groups) countContest('breakdown', `${names}/${contest.id}/${values}`, contest, marked)
      }
      return true
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
