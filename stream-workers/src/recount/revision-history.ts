import type pg from 'pg'
import type { BoxWalk } from './box-walk.js'
import { breakdownOf } from './breakdowns.js'
import type { Cells } from './cell-counts.js'
import { createProblems } from './problems.js'
import { createPublishedCounts, type PublishedCounts } from './published-counts.js'
import { createRevisionRules, type BoxHead, type RevisionRules } from './revision-rules.js'
import { readRevisions, type StoredRevision } from './stored-counts.js'
import type { ToldCounts } from './told-counts.js'

/** More often a vector cannot go back within the memory of a sound election; each time a box is read anew. */
const MOST_RESTARTS = 20

export interface RevisionHistory {
  readonly published: PublishedCounts
  readonly newest: StoredRevision | undefined
  readonly rules: RevisionRules
  /** Cells of kept revisions that are not the fold of their vectors. */
  readonly differing: string[]
  /** Breakdowns of which the newest revision tells something. */
  readonly told: ReadonlySet<string>
  readonly leftOut: string[]
}

/** The boxes of an election, counted side by side. */
export interface BoxWalks {
  readonly told: ToldCounts
  get(box: number): BoxWalk | undefined
  advanceTo(box: number, seq: number): Promise<void>
  /** Counts a box from its first entry on again. */
  restart(box: number): void
  /** What each box has counted. */
  counts(): Iterable<Cells>
  /** True once the seals of all ballot boxes are counted. */
  readonly areSealed: boolean
}

/**
 * Compares every kept revision with what the boxes hold up to its vector. Boxes are read once, side by side, as vectors go on, and
 * only what changed since the revision before is compared; of the newest one everything is.
 */
export async function auditRevisions({ client, election, heads, walks, breakdowns, shownWith, isComparable }: {
  client: pg.ClientBase
  /** `hasWiderUnits`: choices are told of units that are wider than places, until all is sealed. */
  election: { key: number, isSecret: boolean, hasWiderUnits: boolean }
  heads: readonly BoxHead[]
  walks: BoxWalks
  /** Names of those that are counted. */
  breakdowns: ReadonlySet<string>
  /** Where choices of places are told in the end: the place that a small one is shown with. */
  shownWith: ReadonlyMap<string, string>
  /** False of generations whose panes, as far as the box is counted now, may have been rolled up otherwise than those that are stored now. */
  isComparable: (box: number, generation: number) => boolean
}): Promise<RevisionHistory> {
  const published = createPublishedCounts()
  const rules = createRevisionRules(heads)
  const differing = createProblems()
  const leftOut = new Set<string>()
  const groupsTold = new Map<string, number>()
  let restarts = 0
  let newest: StoredRevision | undefined
  let pending = new Set<string>()
  let panesWait = false
  /** First and last of the revisions whose windows were not compared. */
  let otherPanes: { first: number, last: number } | undefined
  let hasGroups = false

  const noteChange = (cell: string, before: number, after: number): void => {
    pending.add(cell)
    const names = breakdownOf(cell)
    if (names !== undefined) groupsTold.set(names, (groupsTold.get(names) ?? 0) + (after === 0 ? -1 : before === 0 ? 1 : 0))
    hasGroups ||= cell.startsWith('group|')
  }
  const walkTo = async ({ revision, vector }: StoredRevision): Promise<boolean> => {
    for (const { box, nextSeq } of vector) {
      const walk = walks.get(box)
      if (walk === undefined) continue
      if (nextSeq < walk.at) {
        restarts += 1
        if (restarts > MOST_RESTARTS) {
          leftOut.add(`revisions from ${revision} on were not compared with the ledger: their vectors go back too often`)
          return false
        }
        walks.restart(box)
      }
      await walks.advanceTo(box, nextSeq)
    }
    return true
  }
  const isLookedAt = (cell: string, panesAreComparable: boolean): boolean => {
    const view = cell.slice(0, cell.indexOf('|'))
    if (view === 'group') return false
    if (view === 'pane' && !panesAreComparable) return false
    const names = breakdownOf(cell)
    if (names === undefined) return true
    if (!breakdowns.has(names)) {
      leftOut.add(`the breakdown ${names}, which was told for a while and is no longer wanted`)
      return false
    }
    return (groupsTold.get(names) ?? 0) > 0
  }
  const differs = (view: string): boolean => {
    for (const cell of pending) if (cell.startsWith(view) && (walks.told.cells.get(cell) ?? 0) !== (published.cells.get(cell) ?? 0)) return true
    return false
  }
  const compare = (revision: StoredRevision): void => {
    const { told } = walks
    for (const cell of told.takeChanged()) pending.add(cell)
    // Published in one step, in a revision that nothing else tells from others.
    if (election.hasWiderUnits && walks.areSealed && !told.showsPlaces && (differs('place|') || differs('joined|'))) {
      told.showPlaces(walks.counts(), shownWith)
      for (const cell of told.takeChanged()) pending.add(cell)
    }
    const panesAreComparable = revision.vector.every(({ box, generation }) => isComparable(box, generation))
    if (!panesAreComparable) otherPanes = { first: otherPanes?.first ?? revision.revision, last: revision.revision }
    if (panesAreComparable && panesWait) for (const cells of [told.cells, published.cells]) for (const cell of cells.keys()) if (cell.startsWith('pane|')) pending.add(cell)
    panesWait = !panesAreComparable
    for (const cell of pending) {
      if (!isLookedAt(cell, panesAreComparable)) continue
      const [counted, stored] = [told.cells.get(cell) ?? 0, published.cells.get(cell) ?? 0]
      if (counted !== stored) differing.add(`${cell} is ${counted} by recount and ${stored} in revision ${revision.revision}`)
    }
    pending = new Set()
    if (election.isSecret && hasGroups && !walks.areSealed) differing.add(`revision ${revision.revision} tells choices of groups of voters while boxes are open`)
  }

  let isCompared = true
  for await (const revision of readRevisions(client, election.key)) {
    rules.begin(revision)
    const before = new Set([...groupsTold].filter(([, cells]) => cells > 0).map(([names]) => names))
    published.apply(revision.rows, revision.isFull, (change) => {
      rules.take(change)
      noteChange(change.cell, change.before, change.after)
    })
    rules.end()
    // A breakdown appears as a whole: what was counted of it before is compared now.
    const appeared = new Set([...groupsTold].filter(([names, cells]) => cells > 0 && !before.has(names)).map(([names]) => names))
    isCompared &&= await walkTo(revision)
    if (appeared.size > 0) for (const cell of walks.told.cells.keys()) if (appeared.has(breakdownOf(cell) ?? '')) pending.add(cell)
    if (isCompared) compare(revision)
    newest = revision
  }
  if (newest !== undefined && isCompared) {
    for (const cells of [walks.told.cells, published.cells]) for (const cell of cells.keys()) pending.add(cell)
    if (differing.isEmpty) compare(newest)
  }
  return {
    published, newest, rules,
    differing: differing.all,
    told: new Set([...groupsTold].filter(([, cells]) => cells > 0).map(([names]) => names)),
    leftOut: [...leftOut, ...otherPanes === undefined ? [] : [`windows of ${rangeOf(otherPanes)}, which were told in other panes than those of now`]],
  }
}

function rangeOf({ first, last }: { first: number, last: number }): string {
  return first === last ? `revision ${first}` : `revisions ${first} to ${last}`
}
