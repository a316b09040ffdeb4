import { z } from 'zod'
import { WINDOW_KINDS, type WindowKind } from '../../election/index.js'
import { contestCountsShape, type NamedContestCounts } from './contest-result.js'
import { createEventFormat, field } from './event-format.js'

/** What was cast within one window of event time, as of a revision. Without a contest only `ballots` counts. */
export interface WindowResult extends NamedContestCounts {
  readonly v: 1
  readonly election: number
  readonly revision: number
  readonly contest?: string
  readonly kind: WindowKind
  /** Milliseconds; the end is not part of the window. */
  readonly start: number
  readonly end: number
  /** No later revision says otherwise. */
  readonly isFinal: boolean
  /** Ballots of the election that came too late for their window, so far. */
  readonly late: number
}

export const windowResultSchema: z.ZodType<WindowResult> = z.object({
  v: field.version,
  election: field.election,
  revision: field.count,
  contest: field.id.exactOptional(),
  kind: z.enum(WINDOW_KINDS),
  start: field.instant,
  end: field.instant,
  isFinal: z.boolean(),
  late: field.count,
  ...contestCountsShape,
})

const format = createEventFormat(windowResultSchema)
export const encodeWindowResult = format.encode
export const parseWindowResult = format.parse

export function windowResultKey({ election, contest, kind, start }: Pick<WindowResult, 'election' | 'contest' | 'kind' | 'start'>): string {
  return `e${election}/${contest ?? ''}/${kind}/${start}`
}
