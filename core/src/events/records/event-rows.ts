import { z } from 'zod'
import { TALLY_VIEWS, type ResultView, type TallyView } from '../../election/index.js'
import { isObject } from './event-format.js'

/** Absolute counts of one key of a view, as in `TALLY_VIEWS`; an array, because there are many of them. */
export type EventRow<View extends string = ResultView> = readonly [view: View, key: string, counts: readonly number[]]

export const RESULT_VIEWS = ['place', 'breakdown', 'pane', 'late', 'correction', 'frontier', 'group', 'joined', 'eligible', 'electorate'] as const satisfies readonly ResultView[]

/** Places of one row: 2,000 contests with 100,000 options together fit. Counts of the corrections box may be negative. */
const MOST_COUNTS = 110_000

const rowSchema = <View extends string>(views: readonly [View, ...View[]]) =>
  z.array(z.tuple([z.enum(views), z.string().max(512), z.array(z.int()).max(MOST_COUNTS)]).readonly()).readonly()

export const tallyRowsSchema: z.ZodType<readonly EventRow<TallyView>[]> = rowSchema(TALLY_VIEWS)
export const resultRowsSchema: z.ZodType<readonly EventRow[]> = rowSchema(RESULT_VIEWS)

interface NamedRow<View extends string> { readonly view: View, readonly key: string, readonly counts: readonly number[] }

export function toEventRows<View extends string>(rows: Iterable<NamedRow<View>>): EventRow<View>[] {
  return Array.from(rows, ({ view, key, counts }) => [view, key, counts] as const)
}

export function fromEventRows<View extends string>(rows: readonly EventRow<View>[]): NamedRow<View>[] {
  return rows.map(([view, key, counts]) => ({ view, key, counts }))
}

/** The schema's own judgement, by hand: a full revision of a large election has tens of thousands of rows. */
export function areRows<View extends string>(rows: unknown, views: ReadonlySet<string>): rows is readonly EventRow<View>[] {
  return Array.isArray(rows) && rows.every((row: unknown) => {
    if (!Array.isArray(row) || row.length !== 3) return false
    const [view, key, counts]: unknown[] = row
    return typeof view === 'string' && views.has(view) && typeof key === 'string' && key.length <= 512 && areCounts(counts)
  })
}

function areCounts(counts: unknown): boolean {
  return Array.isArray(counts) && counts.length <= MOST_COUNTS && counts.every((count) => Number.isSafeInteger(count))
}

/** The document without its rows, so that the schema need not look at each of them. */
export function withoutRows(document: unknown): { head: unknown, rows: unknown } {
  return isObject(document) ? { head: { ...document, rows: [] }, rows: document['rows'] } : { head: document, rows: undefined }
}
