import { z } from 'zod'
import { RESULTS_STATUSES, type ResultsStatus, type ResultView } from '../../election/index.js'
import { checkShape, field, parseJson, refuse, type Parsed } from './event-format.js'
import { areRows, resultRowsSchema, RESULT_VIEWS, withoutRows, type EventRow } from './event-rows.js'

/** How far one box is counted in a revision. */
export interface BoxPosition {
  readonly box: number
  readonly generation: number
  /** The first `nextSeq` entries are in. */
  readonly nextSeq: number
  /** Where the box was sealed; null while it is open. */
  readonly sealedSeq: number | null
}

/** A revision of an election's results, as it was committed. */
export interface ResultsPublished {
  readonly v: 1
  readonly election: number
  readonly revision: number
  /** Milliseconds, as all times here. */
  readonly publishedAt: number
  readonly status: ResultsStatus
  /** Event time of the newest ballot; null before the first. */
  readonly asOf: number | null
  /** True: the rows are all that counts. False: those that changed since the revision before. */
  readonly isFull: boolean
  readonly vector: readonly BoxPosition[]
  /** Windows that end at or before are final. */
  readonly finalUntil: number | null
  readonly rows: readonly EventRow[]
}

/** What one record carries: the rows of a large revision are spread over `parts` records, numbered from 0. */
export interface ResultsPublishedPart extends ResultsPublished {
  readonly part: number
  readonly parts: number
}

export const resultsPublishedSchema: z.ZodType<ResultsPublishedPart> = z.object({
  v: field.version,
  election: field.election,
  revision: z.int().min(1),
  publishedAt: field.instant,
  status: z.enum(RESULTS_STATUSES),
  asOf: field.instant.nullable(),
  isFull: z.boolean(),
  vector: z.array(z.object({ box: field.box, generation: field.count, nextSeq: field.count, sealedSeq: field.count.nullable() })).readonly(),
  finalUntil: field.instant.nullable(),
  rows: resultRowsSchema,
  part: field.count,
  parts: z.int().min(1).max(10_000),
}).refine(({ part, parts }) => part < parts, { path: ['part'], message: 'must be less than parts' })

const VIEWS: ReadonlySet<string> = new Set(RESULT_VIEWS)

/** Kafka takes records of 1 MiB. */
const PART_BYTES = 900_000

export function resultsPublishedKey(election: number): string {
  return `e${election}`
}

/** One record's text for each part, in order. Equal revisions are always cut alike. */
export function encodeResultsPublished(event: ResultsPublished, partBytes = PART_BYTES): string[] {
  const { rows, ...head } = event
  const room = partBytes - Buffer.byteLength(JSON.stringify(head)) - 64
  const cut: string[][] = [[]]
  let filled = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    const bytes = Buffer.byteLength(text) + 1
    if (filled > 0 && filled + bytes > room) {
      cut.push([])
      filled = 0
    }
    cut.at(-1)?.push(text)
    filled += bytes
  }
  return cut.map((texts, part) => {
    const start = JSON.stringify({ ...head, part, parts: cut.length })
    return `${start.slice(0, -1)},"rows":[${texts.join(',')}]}`
  })
}

/** Reads one record; `createResultsAssembler` puts the parts together. Never throws. */
export function parseResultsPublished(value: Buffer | string | null): Parsed<ResultsPublishedPart> {
  const json = parseJson(value)
  if (!json.ok) return json
  const { head, rows } = withoutRows(json.event)
  const checked = checkShape(resultsPublishedSchema, head)
  if (!checked.ok) return checked
  return areRows<ResultView>(rows, VIEWS) ? { ok: true, event: { ...checked.event, rows } } : refuse('rows: not [view, key, counts] each')
}
