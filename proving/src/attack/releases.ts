import type { ReleaseCell, Secrecy, Structure } from '@livetally/core/election'
import type { KnownBallot, Ledger } from './ballots.js'

/** When and where the choices of each ballot are shown; by the number of the ballot. */
export interface Releases {
  /** The `seq` of the entry of its box with which they are released. */
  readonly by: Int32Array
  /** The event time of that, ms: that of the windows which count them. */
  readonly at: Float64Array
  /** The row that counts them, such as `hall-3/`. */
  readonly rows: readonly string[]
  /** The leaves of the cell in whose sums they are shown. */
  readonly cells: readonly (ReleaseCell | undefined)[]
  /** Ballots that are released together. */
  readonly chunks: readonly Chunk[]
  /** So many ballots lie between two looks whether a chunk is full. */
  readonly step: number
}

export interface Chunk {
  /** In the order of the box. */
  readonly ballots: readonly number[]
  /** Released as it was when the box was sealed, below the release size, as there was nothing to join it with anywhere in the election. */
  readonly isAlone: boolean
  /** It was told by being full, not by the seal. */
  readonly isFull: boolean
}

/** Chunks are full at three times the release size in any case. */
const MOST_SIZES = 3

/** With how many ballots it is looked whether a chunk is full: at the release size, and from there on after so many more. */
export type LooksEvery = (releaseSize: number) => number
const atWholeSizes: LooksEvery = (releaseSize) => releaseSize

/** Follows docs/decisions/how-choices-are-released.md over a ledger, by code of its own. `looksEvery` is for trying other rules. */
export function releasesOf(structure: Structure, { ballots, marks }: Ledger, looksEvery = atWholeSizes): Releases {
  const { secrecy } = structure
  if (secrecy === undefined) throw new Error('the ballots of this election are open')
  const step = looksEvery(secrecy.releaseSize)
  const releases = {
    by: new Int32Array(ballots.length).fill(2_147_483_647), at: new Float64Array(ballots.length).fill(Number.POSITIVE_INFINITY),
    rows: ballots.map(() => ''), cells: ballots.map((): ReleaseCell | undefined => undefined), chunks: [] as Chunk[], step,
  }
  for (const box of new Set(ballots.map((ballot) => ballot.box))) {
    const entries = [
      ...ballots.flatMap((ballot, at) => ballot.box === box ? [{ seq: ballot.seq, castAt: ballot.castAt, ballot: at, isSeal: false }] : []),
      ...marks.flatMap((mark) => mark.box === box ? [{ seq: mark.seq, castAt: mark.castAt, ballot: -1, isSeal: mark.kind === 'SEAL' }] : []),
    ].sort((one, other) => one.seq - other.seq)
    foldBox(structure, secrecy, ballots, entries, releases)
  }
  const cells = cellsIn(secrecy, ballots)
  releases.chunks = releases.chunks.map((chunk) => ({ ...chunk, isAlone: chunk.isAlone && hasNoSibling(chunk, secrecy, ballots, cells) }))
  return releases
}

interface Entry { readonly seq: number, readonly castAt: number, readonly ballot: number, readonly isSeal: boolean }
interface Cell { readonly row: string, readonly channel: string, readonly cell: ReleaseCell, held: number[], filling: number[], count: number, isComplete: boolean, isPassedOver: boolean }
interface Told { by: Int32Array, at: Float64Array, rows: string[], cells: (ReleaseCell | undefined)[], chunks: Chunk[], readonly step: number }

function foldBox(structure: Structure, secrecy: Secrecy, ballots: readonly KnownBallot[], entries: readonly Entry[], told: Told): void {
  const cells = new Map<string, Cell>()
  let newest = Number.NEGATIVE_INFINITY
  const release = (chunk: Chunk, { row, cell }: Cell, seq: number): void => {
    if (chunk.ballots.length === 0) return
    told.chunks.push(chunk)
    for (const ballot of chunk.ballots) {
      told.by[ballot] = seq
      told.at[ballot] = newest
      told.rows[ballot] = row
      told.cells[ballot] = cell
    }
  }
  const isEnough = (chunk: readonly number[]): boolean => isEnoughFor(structure, ballots, chunk, secrecy.releaseSize)
  const isFull = (chunk: readonly number[]): boolean => chunk.length >= secrecy.releaseSize && (chunk.length - secrecy.releaseSize) % told.step === 0 && isEnough(chunk)
  for (const { seq, castAt, ballot, isSeal } of entries) {
    newest = Math.max(newest, castAt)
    if (isSeal) {
      joinCells(cells, isEnough)
      for (const cell of cells.values()) release({ ballots: [...cell.held, ...cell.filling], isAlone: !cell.isComplete && cell.count < secrecy.releaseSize, isFull: false }, cell, seq)
      return
    }
    const known = ballots[ballot]
    const releaseCell = known === undefined ? undefined : secrecy.cellOf(known.unit)
    if (known === undefined || releaseCell === undefined) continue
    const channel = secrecy.byChannel ? known.channel : ''
    const row = `${releaseCell.id}/${channel}`
    const cell = cells.get(row) ?? { row, channel, cell: releaseCell, held: [], filling: [], count: 0, isComplete: false, isPassedOver: false }
    cells.set(row, cell)
    cell.count += 1
    cell.filling.push(ballot)
    if (!isFull(cell.filling)) continue
    release({ ballots: cell.held, isAlone: false, isFull: true }, cell, seq)
    cell.held = cell.filling
    cell.filling = []
    cell.isComplete = true
  }
}

function isEnoughFor({ ballotStyle }: Structure, ballots: readonly KnownBallot[], chunk: readonly number[], size: number): boolean {
  if (chunk.length < size) return false
  if (chunk.length >= MOST_SIZES * size) return true
  const first = ballots[chunk[0] ?? -1]
  if (first === undefined) return false
  return ballotStyle(first.unit).every((contest) => contest.optionIndex.size <= contest.votesAllowed
    || chunk.some((at) => markIn(ballots[at], contest.id, contest.votesAllowed) !== markIn(first, contest.id, contest.votesAllowed)))
}

/** What counts of a ballot in a contest: the set of its options, or that they are too many. */
export function markIn(ballot: KnownBallot | undefined, contest: string, votesAllowed: number): string {
  const marked = ballot?.selections[contest] ?? []
  return marked.length > votesAllowed ? 'overvote' : marked.toSorted().join()
}

/** Cells that never filled a chunk go to the cell they are shown with. What joined is gone from `cells`. */
function joinCells(cells: Map<string, Cell>, isFull: (chunk: readonly number[]) => boolean): void {
  for (;;) {
    const ascending = [...cells.values()].sort((one, other) => one.count - other.count || (one.row < other.row ? -1 : 1))
    const small = ascending.find(({ isComplete, isPassedOver }) => !isComplete && !isPassedOver)
    if (small === undefined) return
    const others = ascending.filter((cell) => cell !== small)
    const target = others.find(({ cell }) => cell.id === small.cell.id) ?? others.find((cell) => cell.channel === small.channel && isKin(cell.cell, small.cell))
    if (target === undefined) {
      small.isPassedOver = true
      continue
    }
    cells.delete(small.row)
    target.count += small.count
    // Of before it are the held ones: what joins is added to what is not released yet.
    target.filling.push(...small.held, ...small.filling)
    target.isComplete ||= isFull(target.filling)
  }
}

/** What was cast of each cell, box by box: a cell whose leaves lie in several boxes has a part in each. */
interface Part { readonly cell: ReleaseCell, readonly channel: string, readonly box: number }

function cellsIn(secrecy: Secrecy, ballots: readonly KnownBallot[]): Part[] {
  const parts = new Map<string, Part>()
  for (const ballot of ballots) {
    const cell = secrecy.cellOf(ballot.unit)
    const channel = secrecy.byChannel ? ballot.channel : ''
    if (cell !== undefined) parts.set(`${ballot.box}/${cell.id}/${channel}`, { cell, channel, box: ballot.box })
  }
  return [...parts.values()]
}

/** Whether no other part was cast, in whatever box, that it could have been shown with. */
function hasNoSibling({ ballots: [first = -1] }: Chunk, secrecy: Secrecy, ballots: readonly KnownBallot[], parts: readonly Part[]): boolean {
  const ballot = ballots[first]
  const own = ballot === undefined ? undefined : secrecy.cellOf(ballot.unit)
  if (ballot === undefined || own === undefined) return false
  const ownChannel = secrecy.byChannel ? ballot.channel : ''
  return parts.every(({ cell, channel, box }) => (cell === own && channel === ownChannel && box === ballot.box) || (cell !== own && (channel !== ownChannel || !isKin(cell, own))))
}

/** Of one style, in exactly the same units. */
function isKin(one: ReleaseCell, other: ReleaseCell): boolean {
  return one.layout.contests.map(({ id }) => id).join() === other.layout.contests.map(({ id }) => id).join() && one.containers.join() === other.containers.join()
}
