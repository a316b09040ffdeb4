import type { ContestShape, Structure } from './structure.js'
import { FIRST_OPTION, type TallyView } from './tally.js'
import { VOTE_CHANNELS, type VoteChannel } from './vocabulary.js'

/** The whole election, where a unit could be named. */
export const WHOLE_ELECTION = ''

/** `eligible` is no tally: its rows carry the registered voters of a leaf, `[count]`, so that a revision holds all it shows. */
export type ResultView = TallyView | 'eligible'

/** One absolute record of a revision: the sum over all ballot boxes. Shapes as in `TALLY_VIEWS`. */
export interface ResultRow { readonly view: ResultView, readonly key: string, readonly counts: readonly number[] }

/** Thrown where a reader asks for a revision that the model has let go: read again at the newest. */
export class RevisionGoneError extends Error {
  constructor(revision: number) {
    super(`Revision ${revision} is no longer held in memory. Ask again for the newest results.`)
    this.name = 'RevisionGoneError'
  }
}

/** Results as they stood at one revision. Reading it later gives the same numbers, or `RevisionGoneError`; never a mixture. */
export interface ResultsAt {
  readonly revision: number
  /** Ballots of a unit (or `WHOLE_ELECTION`) by channel. */
  turnout(unit: string): { ballots: number, byChannel: ReadonlyMap<VoteChannel, number> }
  /** Registered voters of a unit; undefined where none of its leaves says. */
  eligibleVoters(unit: string): number | undefined
  /** Contest counts (see `TALLY_VIEWS`) of a unit over all channels, or of one channel. Zeros where nothing was cast. */
  contest(contest: string, unit: string, channel?: VoteChannel): readonly number[]
  /** Rows of a breakdown as [values, counts]; without a contest the counts are `[ballots]`. */
  breakdown(attributes: readonly string[], contest: string): [values: string[], counts: readonly number[]][]
  /** Panes as [start in ms, counts], ascending; without a contest the counts are `[ballots]`. */
  panes(contest: string): [start: number, counts: readonly number[]][]
  /** Counts of late ballots, shaped as the panes' counts. */
  late(contest: string): readonly number[]
}

export interface Results {
  readonly structure: Structure
  readonly revision: number
  /**
   * Takes the records of one revision. Those of a full one replace everything known. `readableFrom` is the oldest revision
   * that a reader may still hold; what only older ones need is let go.
   */
  apply(revision: number, rows: Iterable<ResultRow>, isFull?: boolean, readableFrom?: number): void
  /** What the newest revision says. */
  at(): ResultsAt
}

/** A count vector as it was written by one revision, with the one it replaced. */
interface Version { readonly revision: number, readonly counts: readonly number[], previous: Version | undefined }

/** How many revisions back a reader may look, unless it is said. At 20 revisions a second this is 10 s: longer than any query may take. */
const KEPT_REVISIONS = 200

/**
 * Holds the newest results of one election and sums leaves upwards as records come in. Readers hold on to a revision while
 * newer ones are taken in beside them: each count keeps its recent versions, so that an answer is always a sum over one vector.
 */
export function createResults(structure: Structure): Results {
  const cells = new Map<string, Version>()
  const groups = createIndex()
  let revision = 0
  let oldest = 0

  const write = (key: string, counts: readonly number[]): void => {
    const newest = cells.get(key)
    if (newest?.revision === revision) {
      cells.set(key, { revision, counts, previous: newest.previous })
      return
    }
    if (newest !== undefined) letGo(newest, oldest)
    cells.set(key, { revision, counts, previous: newest === undefined || oldest < revision ? newest : GONE })
  }
  const add = (key: string, difference: readonly number[]): void => {
    const known = cells.get(key)?.counts ?? []
    write(key, difference.map((count, at) => count + (known[at] ?? 0)))
  }
  const applyLeaf = (prefix: string, leaf: string, suffix: string, counts: readonly number[]): void => {
    const key = `${prefix}${leaf}${suffix}`
    const known = cells.get(key)?.counts ?? []
    const difference = counts.map((count, at) => count - (known[at] ?? 0))
    if (difference.every((count) => count === 0) && known.length > 0) return
    write(key, counts)
    for (const container of structure.units.get(leaf)?.containers ?? []) add(`${prefix}${container}${suffix}`, difference)
    add(`${prefix}${WHOLE_ELECTION}${suffix}`, difference)
  }
  const applyRow = ({ view, key, counts }: ResultRow): void => {
    const [first = '', second = '', third = ''] = key.split('/')
    switch (view) {
      case 'turnout': return applyLeaf('turnout:', first, `/${second}`, counts)
      case 'eligible': return applyLeaf('eligible:', first, '', counts)
      case 'contest': return applyLeaf(`contest:${first}/`, second, `/${third}`, counts)
      case 'breakdown': groups.add(`breakdown:${first}/${second}`, third); break
      case 'pane': groups.add(`pane:${first}/${second}`, third); break
      case 'late': break
      default: view satisfies never
    }
    write(`${view}:${key}`, counts)
  }

  return {
    structure,
    get revision() { return revision },
    apply(next, rows, isFull = false, readableFrom = next - KEPT_REVISIONS) {
      revision = next
      oldest = Math.min(readableFrom, next)
      const taken = isFull ? withVanished(rows, cells, structure) : rows
      for (const row of taken) applyRow(row)
    },
    at() {
      const asked = revision
      return createResultsAt(structure, asked, groups, (key) => readAt(cells.get(key), asked))
    },
  }
}

/** A full revision holds every key that counts: what was known and is not in it has become zero. */
function* withVanished(rows: Iterable<ResultRow>, cells: ReadonlyMap<string, Version>, structure: Structure): Iterable<ResultRow> {
  const named = new Set<string>()
  for (const row of rows) {
    named.add(`${row.view}:${row.key}`)
    yield row
  }
  for (const [id, { counts }] of cells) {
    if (named.has(id) || counts.every((count) => count === 0)) continue
    const colon = id.indexOf(':')
    const view = id.slice(0, colon) as ResultView
    const key = id.slice(colon + 1)
    const leaf = view === 'contest' ? key.split('/')[1] : view === 'turnout' || view === 'eligible' ? key.split('/')[0] : undefined
    if (leaf === undefined || structure.units.get(leaf)?.isLeaf === true) yield { view, key, counts: counts.map(() => 0) }
  }
}

function createResultsAt(structure: Structure, revision: number, groups: KeyIndex, read: (key: string) => readonly number[] | undefined): ResultsAt {
  const contestCounts = (shape: ContestShape | undefined, unit: string, channels: readonly VoteChannel[]): number[] => {
    const sum = Array.from({ length: FIRST_OPTION + (shape?.optionIndex.size ?? 0) }, () => 0)
    for (const channel of channels) addInto(sum, read(`contest:${shape?.id}/${unit}/${channel}`))
    return sum
  }
  return {
    revision,
    turnout(unit) {
      const byChannel = new Map(VOTE_CHANNELS.map((channel) => [channel, read(`turnout:${unit}/${channel}`)?.[0] ?? 0]))
      return { ballots: [...byChannel.values()].reduce((sum, ballots) => sum + ballots, 0), byChannel }
    },
    eligibleVoters: (unit) => read(`eligible:${unit}`)?.[0],
    contest: (contest, unit, channel) => contestCounts(structure.contests.get(contest), unit, channel === undefined ? VOTE_CHANNELS : [channel]),
    breakdown(attributes, contest) {
      const prefix = `breakdown:${attributes.join(',')}/${contest}`
      return groups.of(prefix).flatMap((values) => {
        const counts = read(`${prefix}/${values}`)
        return counts === undefined ? [] : [[values.split(','), counts] satisfies [string[], readonly number[]]]
      })
    },
    panes(contest) {
      const prefix = `pane:${contest}/${WHOLE_ELECTION}`
      return groups.of(prefix)
        .flatMap((start) => {
          const counts = read(`${prefix}/${start}`)
          return counts === undefined ? [] : [[Number(start), counts] satisfies [number, readonly number[]]]
        })
        .sort(([one], [other]) => one - other)
    },
    late: (contest) => read(`late:${contest}/${WHOLE_ELECTION}`) ?? [0],
  }
}

/** Marks the end of what is kept: a reader who gets here asked for a revision that is gone. */
const GONE: Version = { revision: -1, counts: [], previous: undefined }

/** Cuts off every version that no reader at or after `horizon` can need. */
function letGo(newest: Version, horizon: number): void {
  let version = newest
  while (version.revision > horizon && version.previous !== undefined) version = version.previous
  if (version.revision <= horizon && version.previous !== undefined) version.previous = GONE
}

function readAt(newest: Version | undefined, revision: number): readonly number[] | undefined {
  let version = newest
  while (version !== undefined && version.revision > revision) version = version.previous
  if (version === GONE) throw new RevisionGoneError(revision)
  return version?.counts
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

function addInto(sum: number[], counts: readonly number[] | undefined): void {
  counts?.forEach((count, at) => { sum[at] = (sum[at] ?? 0) + count })
}
