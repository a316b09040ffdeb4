import type { BallotEntry, BoxEntry, CorrectionEntry } from '@livetally/core/election'
import { createCellCounts, rowWidth } from './cell-counts.js'
import type { RecountContest, RecountElection } from './recount-election.js'
import { createReleases, type CellState, type ReleasedChunk } from './releases.js'

const PANE_MS = 10_000
const HOUR_MS = 3_600_000

/** How a stored tally has rolled up its old panes, ms; −∞ where it has not. */
export interface Rolled { minutesBefore: number, hoursBefore: number }

const NOTHING_ROLLED: Rolled = { minutesBefore: Number.NEGATIVE_INFINITY, hoursBefore: Number.NEGATIVE_INFINITY }

/**
 * Counts the entries of one box, one after another, in the plainest way there is: a list of cells each ballot belongs to,
 * and one more in each. It knows nothing of how the workers count.
 *
 * Cells are those of stored tallies, but for one view: choices of secret ballots are counted under `released` where tallies
 * say `place`, so that they can be told from corrections (see `tallied`).
 */
export function createHandCount(election: RecountElection, { rolled = NOTHING_ROLLED, box = 0, onChange, onChunk }: {
  rolled?: Rolled | undefined
  /** Names the box where a row is of no place. */
  box?: number
  /** Hears of everything that is added to a cell. */
  onChange?: ((cell: string, by: number) => void) | undefined
  /** Hears which secret ballots were released together. */
  onChunk?: ((chunk: ReleasedChunk) => void) | undefined
} = {}) {
  const { cells, put, addBallot, addCorrection } = createCellCounts(election, onChange)
  const releases = election.secrecy && createReleases(election.secrecy)
  let newest = Number.NEGATIVE_INFINITY
  /** Before the transaction that is being counted: what is late is late for what lay in the box before. */
  let newestBefore = Number.NEGATIVE_INFINITY
  let ballots = 0
  let hasRolledPanes = false

  const release = (chunk: ReleasedChunk): void => {
    onChunk?.(chunk)
    const timelines = chunk.cell.firstLevel === undefined ? [''] : ['', chunk.cell.firstLevel]
    for (const ballot of chunk.ballots) {
      addBallot('released', chunk.row, chunk.cell.style, ballot, 'CHOICES')
      for (const unit of timelines) addBallot('pane', `${unit}/${paneKey(newest)}`, contestsOf(unit), ballot, 'CHOICES')
    }
  }
  /** What the rows of a cell say after a chunk of it was completed or released. */
  const tellCell = ({ row, cell: { style }, frontier, released, joined, heldTo, held, filling }: CellState): void => {
    for (const [place, count] of [frontier, released, joined].entries()) put('frontier', `${box}/${row}`, place, count)
    const width = rowWidth(style)
    for (let place = 0; place <= 2 * width; place += 1) put('held', row, place, place === 0 ? heldTo : 0)
    for (const [first, part] of [[1, held], [1 + width, filling]] as const) for (const ballot of part) addBallot('held', row, style, ballot, 'ALL', first)
  }
  const hold = (ballot: BallotEntry): void => {
    if (releases === undefined) return
    const { state, chunks } = releases.take(ballot)
    if (state.filling.length > 0) {
      const { row, cell: { style } } = state
      return addBallot('held', row, style, ballot, 'ALL', 1 + rowWidth(style))
    }
    for (const chunk of chunks) release(chunk)
    tellCell(state)
  }
  const countCorrection = (entry: CorrectionEntry): void => {
    const { unit, channel } = entry.correction
    const isByChannel = releases === undefined || election.secrecy?.byChannel === true
    addCorrection((isOfContest) => ['place', `${unit}/${isByChannel || !isOfContest ? channel : ''}`], election.styles.get(unit) ?? [], entry)
    for (const timeline of timelinesOf(unit)) addCorrection(() => ['correction', timeline], contestsOf(timeline), entry)
  }
  const isKnownCorrection = ({ correction: { unit, changes } }: CorrectionEntry): boolean => {
    const style = election.styles.get(unit)
    return style !== undefined && changes.every((change) => {
      const contest = style.find(({ id }) => id === change.contest)
      return change.contest === undefined || (contest !== undefined && (change.count !== 'VOTES' || contest.options.some(({ id }) => id === change.option)))
    })
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
    hasRolledPanes ||= size !== PANE_MS
    return `${Math.floor(at / size) * size}${size === PANE_MS ? '' : `/${size}`}`
  }
  /** Database time cannot be late, but by a ledger that breaks its rule by more than an hour. */
  const isLate = (at: number): boolean => {
    const pane = Math.floor(at / PANE_MS) * PANE_MS
    return election.isImportedTime ? pane + PANE_MS + election.graceMs <= newestBefore - election.disorderMs : pane < Math.floor((newestBefore - HOUR_MS) / PANE_MS) * PANE_MS
  }
  const countBallot = (ballot: BallotEntry): void => {
    ballots += 1
    const late = isLate(ballot.castAt)
    newest = Math.max(newest, ballot.castAt)
    const told = releases === undefined ? 'ALL' : 'TURNOUT'
    addBallot('place', `${ballot.unit}/${ballot.channel}`, election.styles.get(ballot.unit) ?? [], ballot, told)
    for (const names of election.breakdowns) addBallot('breakdown', `${names.join(',')}/${groupOf(election, names, ballot)}`, election.contests, ballot)
    for (const unit of timelinesOf(ballot.unit)) {
      if (late) addBallot('late', unit, contestsOf(unit), ballot, told)
      else addBallot('pane', `${unit}/${paneKey(ballot.castAt)}`, contestsOf(unit), ballot, told)
    }
    if (election.secrecy !== undefined && election.secrecy.cellOf.get(ballot.unit)?.id !== ballot.unit) addBallot('leaf', `${ballot.unit}/${election.secrecy.byChannel ? ballot.channel : ''}`, election.styles.get(ballot.unit) ?? [], ballot, 'CHOICES')
    hold(ballot)
  }
  const timelinesOf = (leaf: string): string[] => {
    const first = election.firstLevel.get(leaf)
    return first === undefined ? [''] : ['', first]
  }
  const contestsOf = (unit: string): readonly RecountContest[] => unit === '' ? election.contests : election.contestsOfFirstLevel.get(unit) ?? []

  const countEntry = (entry: BoxEntry): boolean => {
    switch (entry.kind) {
      case 'TICK':
        newest = Math.max(newest, entry.castAt)
        return true
      case 'SEAL':
        newest = Math.max(newest, entry.castAt)
        for (const chunk of releases?.seal(entry.seq) ?? []) release(chunk)
        for (const state of releases?.cells ?? []) tellCell(state)
        return true
      case 'BALLOT':
        if (!isKnown(entry)) return false
        countBallot(entry)
        return true
      case 'CORRECTION':
        if (!isKnownCorrection(entry)) return false
        countCorrection(entry)
        return true
      default: return entry satisfies never
    }
  }

  return {
    cells,
    get ballots() { return ballots },
    /** True once anything was counted in a pane that is rolled up. */
    get hasRolledPanes() { return hasRolledPanes },
    /** Counts one entry; false if it names what its election does not know. A transaction ends with the entry that carries a chain. */
    count(entry: BoxEntry): boolean {
      const isCounted = countEntry(entry)
      if (entry.chain !== undefined) newestBefore = newest
      return isCounted
    },
  }
}

export type HandCount = ReturnType<typeof createHandCount>

/** Values of a ballot in a breakdown, joined by `,`. */
export function groupOf(election: Pick<RecountElection, 'groups'>, names: readonly string[], ballot: BallotEntry): string {
  return names.map((name) => name.startsWith('unit:') ? election.groups.get(`${name}/${ballot.unit}`) ?? '_unknown' : ballot.attributes[name] ?? '_unknown').join(',')
}
