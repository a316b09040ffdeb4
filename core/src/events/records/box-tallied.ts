import { z } from 'zod'
import { TALLY_VIEWS, type TallyView } from '../../election/index.js'
import { checkShape, field, parseJson, refuse, type Parsed } from './event-format.js'
import { areRows, tallyRowsSchema, withoutRows, type EventRow } from './event-rows.js'

/** A box's tally has moved from `fromSeq` to `toSeq`: the rows that changed, as they are now. */
export interface BoxTallied {
  readonly v: 1
  readonly election: number
  readonly box: number
  readonly generation: number
  /** The tally holds the first `fromSeq` entries before, and the first `toSeq` now. */
  readonly fromSeq: number
  readonly toSeq: number
  /** The box's digest after `fromSeq` and after `toSeq` entries, 64 hex digits; left out where there are none. They tell histories apart: a restored database gives numbers twice. */
  readonly fromChain?: string
  readonly chain?: string
  /** Event time of the newest ballot, ms; null before the first. */
  readonly newestAt: number | null
  /** Names of the breakdowns that this generation counts; none where it is not said. */
  readonly views?: readonly string[]
  readonly rows: readonly EventRow<TallyView>[]
}

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')

export const boxTalliedSchema: z.ZodType<BoxTallied> = z.object({
  v: field.version,
  election: field.election,
  box: field.box,
  generation: field.count,
  fromSeq: field.count,
  toSeq: field.count,
  fromChain: hex64.exactOptional(),
  chain: hex64.exactOptional(),
  newestAt: field.instant.nullable(),
  views: z.array(z.string().max(200)).max(50).readonly().exactOptional(),
  rows: tallyRowsSchema,
})

const VIEWS: ReadonlySet<string> = new Set(TALLY_VIEWS)

export function boxTalliedKey(election: number): string {
  return `e${election}`
}

export function encodeBoxTallied(event: BoxTallied): string {
  return JSON.stringify(event)
}

/** Never throws. Unknown fields are left out. */
export function parseBoxTallied(value: Buffer | string | null): Parsed<BoxTallied> {
  const json = parseJson(value)
  if (!json.ok) return json
  const { head, rows } = withoutRows(json.event)
  const checked = checkShape(boxTalliedSchema, head)
  if (!checked.ok) return checked
  return areRows<TallyView>(rows, VIEWS) ? { ok: true, event: { ...checked.event, rows } } : refuse('rows: not [view, key, counts] each')
}
