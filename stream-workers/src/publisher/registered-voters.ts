import { createElectorate, type Electorate, type ResultRow, type Structure } from '@livetally/core/election'
import type { ElectorateStore } from '@livetally/core/store'
import { areSameViews, viewsOf } from '../views.js'

/** What a revision says of those who may vote, beside what was counted. */
export interface RegisteredVoters {
  /** Counts who was registered since the last time. */
  compare(structure: Structure): Promise<void>
  readonly hasChanges: boolean
  /** Everybody who may vote. */
  readonly total: number
  takeChanges(): ResultRow[]
  /** What was taken last was not published: it is given again. */
  putBack(): void
  /** Every row, but groups that nobody is in. */
  all(): ResultRow[]
}

/** Voters read at once, and at one comparison: what is more waits for the next, so that no roll holds up the results. */
const SLICE = 20_000
const MOST_AT_ONCE = 200_000

/**
 * Follows the roll of one election by its numbers. The revisions themselves are the memory: each carries the counts together
 * with the number they reach, so whoever publishes next goes on from the last one, and nobody is counted twice or left out.
 * A breakdown that was added is counted from the beginning, beside the others, and appears when it has reached them.
 */
export async function createRegisteredVoters(election: number, first: Structure, store: ElectorateStore): Promise<RegisteredVoters> {
  const rows = new Map<string, ResultRow>()
  let changed = new Set<string>()
  let taken: ReadonlySet<string> = new Set()
  const published = await store.published(election)
  let shown = createElectorate(first, published)
  let coming: Electorate | undefined
  const idOf = ({ view, key }: Pick<ResultRow, 'view' | 'key'>): string => `${view}:${key}`

  const put = (row: ResultRow): void => {
    const id = idOf(row)
    if (rows.get(id)?.counts.join() === row.counts.join()) return
    rows.set(id, row)
    changed.add(id)
  }
  const show = (): void => {
    const now = shown.rows()
    const known = new Set(now.map(idOf))
    now.forEach(put)
    for (const row of rows.values()) if (row.view === 'electorate' && !known.has(idOf(row))) put({ ...row, counts: row.counts.map(() => 0) })
  }
  const countOn = async (electorate: Electorate, end: number): Promise<boolean> => {
    const most = Math.min(end, electorate.nextNumber + MOST_AT_ONCE)
    while (electorate.nextNumber < most) {
      const to = Math.min(most, electorate.nextNumber + SLICE)
      electorate.add(await store.groups(election, electorate.nextNumber, to), to)
    }
    return electorate.nextNumber === end
  }
  for (const row of published) rows.set(idOf(row), row)

  return {
    async compare(structure) {
      const { eligible, nextNumber } = await store.standing(election)
      for (const [unit, voters] of eligible) put({ view: 'eligible', key: unit, counts: [voters] })
      const wanted = viewsOf(structure)
      const before = shown.nextNumber
      // A database that was restored may have a shorter roll than what was published.
      if (shown.nextNumber > nextNumber) shown = createElectorate(structure)
      if (areSameViews(shown.views, wanted)) coming = undefined
      else if (coming === undefined || !areSameViews(coming.views, wanted) || coming.nextNumber > nextNumber) coming = createElectorate(structure)
      const hasAll = await countOn(shown, nextNumber)
      if (coming !== undefined && await countOn(coming, nextNumber)) [shown, coming] = [coming, undefined]
      else if (!hasAll || shown.nextNumber === before) return
      show()
    },
    get total() { return [...rows.values()].reduce((sum, { view, counts }) => view === 'eligible' ? sum + (counts[0] ?? 0) : sum, 0) },
    get hasChanges() { return changed.size > 0 },
    takeChanges() {
      taken = changed
      changed = new Set()
      return [...taken].flatMap((id) => rows.get(id) ?? [])
    },
    putBack() {
      for (const id of taken) changed.add(id)
    },
    all: () => [...rows.values()].filter(({ view, counts }) => view === 'eligible' || counts.some((count) => count !== 0)),
  }
}
