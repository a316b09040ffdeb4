import { BALLOTS, type Layout } from '../structure/layout.js'
import type { ReleaseCell, Secrecy } from '../structure/secrecy.js'
import type { Additions } from '../counting/additions.js'
import { isCompleteChunk } from './chunk.js'
import { joinCells, type SealedCell } from './join-cells.js'
import type { MutableRow, TallyRows } from '../counting/tally-rows.js'

/** Choices of several ballots of one cell, told together: counts of the cell's layout, with the ballots at place 0. */
export interface Release { readonly cell: ReleaseCell, readonly layout: Layout, readonly counts: readonly number[] }

/**
 * Choices of secret ballots in one box, gathered in chunks. Rules: docs/decisions/how-choices-are-released.md. All it knows
 * rests in rows of the views `held` and `frontier`, so that it goes on from stored ones.
 */
export interface HeldChoices {
  /** Takes the choices of one ballot; tells what is released by it. True if it completes its cell's chunk. */
  add(leaf: string, channel: string, additions: Additions, seq: number): boolean
  /** The box is sealed with entry `seq`: everything is released. Returns which cells are shown with which others, by the names of their rows. */
  release(seq: number): ReadonlyMap<string, string>
}

/** Where in a `held` row the chunk that is held begins; before it, the `seq` behind its last ballot. */
const HELD = 1
const SEQ = 0
const RELEASED = 1

interface Held { readonly name: string, readonly cell: ReleaseCell, readonly channel: string, readonly row: MutableRow, readonly frontier: MutableRow, readonly inFilling: Int32Array }

/** `onRelease` adds what is released to every row that counts choices. */
export function createHeldChoices({ secrecy, rows, box, onRelease }: { secrecy: Secrecy, rows: TallyRows, box: number, onRelease: (release: Release, channel: string) => void }): HeldChoices {
  const known = new Map<string, Held>()
  const byLeaf = new Map<string, Map<string, Held>>()
  const offsets = new Map<Layout, Int32Array>()

  const inFilling = (layout: Layout): Int32Array => {
    const made = offsets.get(layout) ?? Int32Array.from({ length: layout.width }, (_, place) => HELD + layout.width + place)
    offsets.set(layout, made)
    return made
  }
  const heldOf = (cell: ReleaseCell, channel: string): Held => {
    const name = `${cell.id}/${channel}`
    const found = known.get(name)
    if (found !== undefined) return found
    const made: Held = {
      name, cell, channel,
      row: rows.get('held', name, HELD + 2 * cell.layout.width),
      frontier: rows.get('frontier', `${box}/${name}`, 3),
      inFilling: inFilling(cell.layout),
    }
    known.set(name, made)
    return made
  }
  const heldBy = (leaf: string, channel: string): Held | undefined => {
    const found = byLeaf.get(leaf)?.get(channel)
    if (found !== undefined) return found
    const cell = secrecy.cellOf(leaf)
    if (cell === undefined) return undefined
    const made = heldOf(cell, secrecy.byChannel ? channel : '')
    const channels = byLeaf.get(leaf) ?? new Map<string, Held>()
    byLeaf.set(leaf, channels.set(channel, made))
    return made
  }
  const passFrontier = ({ frontier }: Held, seq: number, ballots: number): void => {
    frontier.counts[SEQ] = seq
    frontier.counts[RELEASED] = (frontier.counts[RELEASED] ?? 0) + ballots
    rows.touch(frontier)
  }
  /** The filling chunk is complete: what was held is released, and it is held itself. */
  const complete = (held: Held, seq: number): void => {
    const { row, cell: { layout } } = held
    const before = row.counts.slice(HELD, HELD + layout.width)
    const ballots = before[BALLOTS] ?? 0
    if (ballots > 0) {
      passFrontier(held, row.counts[SEQ] ?? 0, ballots)
      onRelease({ cell: held.cell, layout, counts: before }, held.channel)
    }
    row.counts[SEQ] = seq + 1
    for (let place = 0; place < layout.width; place += 1) {
      row.counts[HELD + place] = row.counts[HELD + layout.width + place] ?? 0
      row.counts[HELD + layout.width + place] = 0
    }
  }
  /** Cells that are only in stored rows yet. */
  const recall = (): void => {
    for (const { key } of rows.of('held')) {
      const [id = '', channel = ''] = key.split('/')
      const cell = secrecy.cell(id)
      if (cell !== undefined) heldOf(cell, channel)
    }
  }

  return {
    add(leaf, channel, additions, seq) {
      const held = heldBy(leaf, channel)
      if (held === undefined) return false
      const { row, cell: { layout } } = held
      rows.add(row, additions, held.inFilling)
      const isComplete = isCompleteChunk(layout, row.counts, HELD + layout.width, secrecy.releaseSize)
      if (isComplete) complete(held, seq)
      return isComplete
    },
    release(seq) {
      recall()
      const all = [...known.values()]
      const joined = joinCells(all.map(sealedCellOf), secrecy.releaseSize)
      const unreleased = new Map(all.map((held) => [held.name, unreleasedOf(held)]))
      for (const [name, target] of joined) {
        unreleased.set(target, sumOf(unreleased.get(target), unreleased.get(name)))
        unreleased.delete(name)
      }
      for (const held of all) {
        const counts = unreleased.get(held.name) ?? []
        const target = known.get(joined.get(held.name) ?? held.name)
        passFrontier(held, seq + 1, counts[BALLOTS] ?? 0)
        if (target !== undefined && target.cell !== held.cell) held.frontier.counts[2] = 1 + target.cell.index
        held.row.counts.fill(0)
        rows.touch(held.row)
        if ((counts[BALLOTS] ?? 0) > 0) onRelease({ cell: held.cell, layout: held.cell.layout, counts }, held.channel)
      }
      return joined
    },
  }
}

function unreleasedOf({ row: { counts }, cell: { layout: { width } } }: Held): number[] {
  return sumOf(counts.slice(HELD, HELD + width), counts.slice(HELD + width))
}

function sealedCellOf(held: Held): SealedCell {
  const { name, cell, channel, row, frontier } = held
  const unreleased = unreleasedOf(held)
  return {
    name, channel, unreleased,
    place: cell.id,
    kin: `${cell.layout.contests.map(({ id }) => id).join(',')}/${cell.containers.join(',')}`,
    layout: cell.layout,
    ballots: (frontier.counts[RELEASED] ?? 0) + (unreleased[BALLOTS] ?? 0),
    hasCompleted: (row.counts[HELD + BALLOTS] ?? 0) > 0,
  }
}

function sumOf(one: readonly number[] = [], other: readonly number[] = []): number[] {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, at) => (one[at] ?? 0) + (other[at] ?? 0))
}
