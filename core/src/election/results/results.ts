import { createCells, type Cells } from '../counting/cells.js'
import { contestWidth } from '../structure/layout.js'
import type { Structure } from '../structure/structure.js'
import type { TallyView } from '../counting/tally-rows.js'
import type { Pane } from '../timeline/pane.js'
import { VOTE_CHANNELS, type VoteChannel } from '../vocabulary.js'
import { PANE_MS } from '../window.js'

export { RevisionGoneError } from '../counting/cells.js'

/** The whole election, where a unit could be named. */
export const WHOLE_ELECTION = ''

/**
 * Two views are no tallies, but in a revision so that it holds all it shows: `eligible` has the registered voters of a
 * leaf (`leaf` → `[voters]`), `electorate` those of a group of voters (see `Electorate`).
 */
export type ResultView = TallyView | 'eligible' | 'electorate'

/** One absolute record of a revision: the sum over all ballot boxes. Shapes as in `TALLY_VIEWS`. */
export interface ResultRow { readonly view: ResultView, readonly key: string, readonly counts: readonly number[] }

/** Results as they stood at one revision. Reading it later gives the same numbers, or `RevisionGoneError`; never a mixture. */
export interface ResultsAt {
  readonly revision: number
  /** Ballots of a unit (or `WHOLE_ELECTION`) by channel. */
  turnout(unit: string): { ballots: number, byChannel: ReadonlyMap<VoteChannel, number> }
  /** Registered voters of a unit; undefined where none of its leaves says. */
  eligibleVoters(unit: string): number | undefined
  /** Registered voters of a group, named as in `breakdown`; undefined unless the roll names everybody who is eligible. */
  electorate(names: readonly string[], values: readonly string[]): number | undefined
  /** Contest counts (see `Layout`) of a unit over all channels, or of one channel. Zeros where nothing was cast. */
  contest(contest: string, unit: string, channel?: VoteChannel): readonly number[]
  /** Groups of a breakdown that hold ballots, as [values, counts]; without a contest the counts are `[ballots]`. */
  breakdown(names: readonly string[], contest: string): [values: string[], counts: readonly number[]][]
  /** Panes that hold ballots, ascending, of the whole election or a first-level unit; without a contest the counts are `[ballots]`. */
  panes(contest: string, unit?: string): Pane[]
  /** Counts of late ballots, shaped as the panes' counts. */
  late(contest: string, unit?: string): readonly number[]
  /** Sums of corrections, shaped as the panes' counts; some may be negative. `panes + late + corrected = all` for every count. */
  corrected(contest: string, unit?: string): readonly number[]
}

export interface Results {
  readonly structure: Structure
  readonly revision: number
  /** The definition was edited: names and breakdowns may be others now, contests and units are not. */
  adopt(structure: Structure): void
  /**
   * Takes the records of one revision. Those of a full one replace everything known. `readableFrom` is the oldest revision
   * that a reader may still hold; what only older ones need is let go.
   */
  apply(revision: number, rows: Iterable<ResultRow>, isFull?: boolean, readableFrom?: number): void
  /** What the newest revision says. */
  at(): ResultsAt
}

/** How many revisions back a reader may look, unless it is said. At 20 revisions a second this is 10 s: longer than any query may take. */
const KEPT_REVISIONS = 200

/**
 * Holds the newest results of one election and sums leaves upwards as records come in. Readers hold on to a revision while
 * newer ones are taken in beside them: each count keeps its recent versions, so that an answer is always a sum over one vector.
 */
export function createResults(first: Structure): Results {
  const cells = createCells()
  const groups = createIndex()
  let structure = first
  let revision = 0

  const addUpwards = (view: 'place' | 'eligible', leaf: string, suffix: string, counts: readonly number[]): void => {
    const id = `${view}:${leaf}${suffix}`
    const known = cells.newest(id) ?? []
    const differences = counts.map((count, at) => count - (known[at] ?? 0))
    if (differences.every((count) => count === 0) && known.length > 0) return
    cells.write(id, counts)
    const own = structure.layout(leaf)
    for (const container of [...structure.units.get(leaf)?.containers ?? [], WHOLE_ELECTION]) {
      const layout = structure.layout(container)
      if (view === 'eligible') cells.add(`${view}:${container}`, 1, differences)
      else cells.add(`${view}:${container}${suffix}`, layout.width, differences, layout === own ? undefined : own.placesIn(layout))
    }
  }
  const applyRow = ({ view, key, counts }: ResultRow): void => {
    const [first = '', second = ''] = key.split('/')
    switch (view) {
      case 'place': return addUpwards('place', first, `/${second}`, counts)
      case 'eligible': return addUpwards('eligible', first, '', counts)
      case 'breakdown':
      case 'pane': groups.add(`${view}:${first}`, key.slice(first.length + 1)); break
      case 'late':
      case 'correction':
      case 'electorate': break
      default: view satisfies never
    }
    cells.write(`${view}:${key}`, counts)
  }

  return {
    get structure() { return structure },
    get revision() { return revision },
    adopt(edited) { structure = edited },
    apply(next, rows, isFull = false, readableFrom = next - KEPT_REVISIONS) {
      revision = next
      cells.begin(next, readableFrom)
      const taken = isFull ? withVanished(rows, cells, structure) : rows
      for (const row of taken) applyRow(row)
    },
    at() {
      const asked = revision
      return createResultsAt(structure, asked, groups, (id) => cells.readAt(id, asked))
    },
  }
}

/** A full revision holds every key that counts: what was known and is not in it has become zero. */
function* withVanished(rows: Iterable<ResultRow>, cells: Cells, structure: Structure): Iterable<ResultRow> {
  const named = new Set<string>()
  for (const row of rows) {
    named.add(`${row.view}:${row.key}`)
    yield row
  }
  const vanished: ResultRow[] = []
  for (const [id, counts] of cells.counted()) {
    if (named.has(id)) continue
    const colon = id.indexOf(':')
    const view = id.slice(0, colon) as ResultView
    const key = id.slice(colon + 1)
    const isSum = (view === 'place' || view === 'eligible') && structure.units.get(key.split('/')[0] ?? '')?.isLeaf !== true
    if (!isSum) vanished.push({ view, key, counts: counts.map(() => 0) })
  }
  yield* vanished
}

function createResultsAt(structure: Structure, revision: number, groups: KeyIndex, read: (id: string) => readonly number[] | undefined): ResultsAt {
  const widthOf = (contest: string): number => {
    const shape = structure.contests.get(contest)
    return shape === undefined ? 1 : contestWidth(shape)
  }
  /** The counts of one contest in a row of a unit; zeros where the row or the contest is not there. */
  const sliceOf = (id: string, contest: string, unit: string): readonly number[] => {
    const row = read(id)
    return (row && structure.layout(unit).slice(row, contest)) ?? Array.from({ length: widthOf(contest) }, () => 0)
  }
  const hasBallots = (counts: readonly number[]): boolean => counts[0] !== 0
  return {
    revision,
    turnout(unit) {
      const byChannel = new Map(VOTE_CHANNELS.map((channel) => [channel, read(`place:${unit}/${channel}`)?.[0] ?? 0]))
      return { ballots: [...byChannel.values()].reduce((sum, ballots) => sum + ballots, 0), byChannel }
    },
    eligibleVoters: (unit) => read(`eligible:${unit}`)?.[0],
    electorate(names, values) {
      const view = `electorate:${names.join(',')}/`
      const onTheRoll = read(view)?.[0] ?? 0
      // Where an authority has told how many may vote and the roll names a part of them, groups of that part say nothing of the whole.
      if (onTheRoll === 0 || onTheRoll < (read(`eligible:${WHOLE_ELECTION}`)?.[0] ?? 0)) return undefined
      return read(view + values.join(','))?.[0] ?? 0
    },
    contest(contest, unit, channel) {
      const sum = Array.from({ length: widthOf(contest) }, () => 0)
      for (const one of channel === undefined ? VOTE_CHANNELS : [channel]) addInto(sum, sliceOf(`place:${unit}/${one}`, contest, unit))
      return sum
    },
    breakdown(names, contest) {
      const prefix = `breakdown:${names.join(',')}`
      return groups.of(prefix)
        .map((values): [string[], readonly number[]] => [values.split(','), sliceOf(`${prefix}/${values}`, contest, WHOLE_ELECTION)])
        .filter(([, counts]) => hasBallots(counts))
    },
    panes(contest, unit = WHOLE_ELECTION) {
      const prefix = `pane:${unit}`
      return groups.of(prefix)
        .map((key): Pane => {
          const [start, sizeMs = PANE_MS] = key.split('/')
          return { start: Number(start), sizeMs: Number(sizeMs), counts: sliceOf(`${prefix}/${key}`, contest, unit) }
        })
        .filter(({ counts }) => hasBallots(counts))
        .sort((one, other) => one.start - other.start)
    },
    late: (contest, unit = WHOLE_ELECTION) => sliceOf(`late:${unit}`, contest, unit),
    corrected: (contest, unit = WHOLE_ELECTION) => sliceOf(`correction:${unit}`, contest, unit),
  }
}

interface KeyIndex {
  add(group: string, member: string): void
  of(group: string): string[]
}

function createIndex(): KeyIndex {
  const groups = new Map<string, Set<string>>()
  return {
    add(group, member) {
      const members = groups.get(group)
      if (members === undefined) groups.set(group, new Set([member]))
      else members.add(member)
    },
    of: (group) => [...groups.get(group) ?? []],
  }
}

function addInto(sum: number[], counts: readonly number[]): void {
  counts.forEach((count, at) => { sum[at] = (sum[at] ?? 0) + count })
}
