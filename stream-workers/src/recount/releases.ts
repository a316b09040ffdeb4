import type { BallotEntry } from '@livetally/core/election'
import type { RecountCell, RecountSecrecy } from './secret-cells.js'

/** Ballots whose choices are told in one step, under the name of one cell. */
export interface ReleasedChunk { row: string, cell: RecountCell, ballots: BallotEntry[] }

/** How far a cell is: what `frontier` rows say. */
export interface CellState {
  row: string
  /** The `seq` below which its choices are released. */
  frontier: number
  /** Ballots that were released under its name. */
  released: number
  /** 1 + the number of the cell of another place that its ballots are shown with; else 0. */
  joined: number
  /** `seq` behind the held chunk; 0 while there is none. */
  heldTo: number
  held: readonly BallotEntry[]
  filling: readonly BallotEntry[]
  cell: RecountCell
}

interface Gathering extends CellState { channel: string, held: BallotEntry[], filling: BallotEntry[], ballots: number, hasCompleted: boolean, isPassedOver: boolean, into: Gathering | undefined }

/**
 * The choices of the secret ballots of one box, gathered in chunks by lists of ballots, in the words of
 * docs/decisions/how-choices-are-released.md and sharing nothing with how the workers do it.
 */
export function createReleases({ releaseSize, byChannel, cellOf }: RecountSecrecy) {
  const cells = new Map<string, Gathering>()

  const gatheringOf = (cell: RecountCell, channel: string): Gathering => {
    const row = `${cell.id}/${channel}`
    const known = cells.get(row)
    if (known !== undefined) return known
    const made: Gathering = { row, cell, channel, frontier: 0, released: 0, joined: 0, heldTo: 0, held: [], filling: [], ballots: 0, hasCompleted: false, isPassedOver: false, into: undefined }
    cells.set(row, made)
    return made
  }
  const isEnough = (cell: RecountCell, ballots: readonly BallotEntry[]): boolean => ballots.length >= 3 * releaseSize
    || (ballots.length >= releaseSize && cell.style.every((contest) => contest.options.length <= contest.votesAllowed || new Set(ballots.map((ballot) => marksOf(ballot, contest))).size > 1))
  const released = (gathering: Gathering, ballots: BallotEntry[], frontier: number): ReleasedChunk[] => {
    gathering.frontier = frontier
    gathering.released += ballots.length
    return ballots.length === 0 ? [] : [{ row: gathering.row, cell: gathering.cell, ballots }]
  }

  /** Cells that never filled a chunk go into others of their family, smallest first. No cell joins one of another family, so that each is joined for itself. */
  const join = (family: readonly Gathering[]): void => {
    const some = (): Gathering[] => family.filter(({ into }) => into === undefined).toSorted(bySize)
    for (;;) {
      const left = some()
      const small = left.find(({ hasCompleted, isPassedOver }) => !hasCompleted && !isPassedOver)
      if (small === undefined) return
      const others = left.filter((one) => one !== small)
      const target = others.find(({ cell }) => cell === small.cell) ?? others.find(({ channel }) => channel === small.channel)
      if (target === undefined) {
        small.isPassedOver = true
        continue
      }
      small.into = target
      target.ballots += small.ballots
      target.filling.push(...small.filling)
      small.filling = []
      target.hasCompleted ||= isEnough(target.cell, target.filling)
    }
  }

  return {
    /** Every cell that has had a ballot. */
    get cells(): Iterable<CellState> { return cells.values() },
    /** Takes a ballot. Returns the cell that it lies in, and the chunk that is released by it. */
    take(ballot: BallotEntry): { state: CellState, chunks: ReleasedChunk[] } {
      const cell = cellOf.get(ballot.unit)
      if (cell === undefined) throw new Error(`The leaf ${ballot.unit} lies in no cell.`)
      const gathering = gatheringOf(cell, byChannel ? ballot.channel : '')
      gathering.ballots += 1
      gathering.filling.push(ballot)
      // Looked at with once, twice and three times the release size, and never between.
      if (gathering.filling.length % releaseSize !== 0 || !isEnough(cell, gathering.filling)) return { state: gathering, chunks: [] }
      const chunks = gathering.hasCompleted ? released(gathering, gathering.held, gathering.heldTo) : []
      Object.assign(gathering, { held: gathering.filling, filling: [], heldTo: ballot.seq + 1, hasCompleted: true })
      return { state: gathering, chunks }
    },
    /** The box ends with entry `seq`: everything is released. */
    seal(seq: number): ReleasedChunk[] {
      for (const family of familiesOf(cells.values())) join(family)
      const chunks: ReleasedChunk[] = []
      for (const gathering of cells.values()) {
        const shown = endOf(gathering)
        gathering.joined = shown.cell === gathering.cell ? 0 : 1 + shown.cell.index
        chunks.push(...released(gathering, [...gathering.held, ...gathering.filling], seq + 1))
        Object.assign(gathering, { held: [], filling: [], heldTo: 0 })
      }
      return chunks
    },
  }
}

/** No option has this id. */
const OVERVOTE = '(overvote)'

/** How a ballot is marked in one contest. */
export function marksOf(ballot: BallotEntry, { id, votesAllowed }: { id: string, votesAllowed: number }): string {
  const marked = ballot.selections[id] ?? []
  return marked.length > votesAllowed ? OVERVOTE : [...new Set(marked)].toSorted().join('/')
}

/** Cells of one style whose leaves lie in exactly the same units. */
function familiesOf(cells: Iterable<Gathering>): Iterable<Gathering[]> {
  const families = new Map<string, Gathering[]>()
  for (const gathering of cells) {
    const { style, within } = gathering.cell
    const key = `${style.map(({ id }) => id).join(',')}/${within.join(',')}`
    families.set(key, [...families.get(key) ?? [], gathering])
  }
  return families.values()
}

function endOf(gathering: Gathering): Gathering {
  return gathering.into === undefined ? gathering : endOf(gathering.into)
}

function bySize(one: Gathering, other: Gathering): number {
  return one.ballots - other.ballots || (one.row < other.row ? -1 : 1)
}
