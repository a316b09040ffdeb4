import { BALLOTS, FIRST_OPTION, PANE_MS, tumblingWindows, type ContestShape, type Window } from '@livetally/core/election'
import { Field, InputType, ObjectType } from 'type-graphql'
import type { ShownRevision } from '../live/shown-revision.js'
import { durationMs } from '../schema/duration.js'
import { Count, DateTime, Duration } from '../schema/scalars.js'
import { WindowKind } from '../schema/vocabulary.js'
import { badInput } from '../server/errors.js'
import { OptionResult, totalsOf } from './totals.type.js'

@InputType()
export class WindowInput {
  @Field(() => WindowKind)
  kind!: WindowKind

  @Field(() => Duration, { description: 'A multiple of PT10S, at most P1D.' })
  size!: string

  @Field(() => Duration, { nullable: true, description: 'Not used by TUMBLING windows.' })
  advance?: string | null

  @Field(() => Duration, { nullable: true, description: 'Not used by TUMBLING windows.' })
  gap?: string | null
}

@ObjectType({ description: 'What was cast in one span of event time.' })
export class WindowResult {
  @Field(() => DateTime, { description: 'Inclusive.' })
  readonly start: Date

  @Field(() => DateTime, { description: 'Exclusive.' })
  readonly end: Date

  @Field(() => Count)
  readonly ballots: number

  @Field(() => [OptionResult], { description: 'In ballot order; empty without a contest.' })
  readonly totals: OptionResult[]

  @Field(() => Boolean, { description: 'True once nothing can be added to it any more.' })
  readonly isFinal: boolean

  @Field(() => Count, { description: 'Ballots that came too late for any window, of the whole timeline and so alike in all its windows: the ballots of all windows + late = all ballots.' })
  readonly late: number

  constructor(window: Window, totals: OptionResult[], late: number) {
    this.start = new Date(window.start)
    this.end = new Date(window.end)
    this.ballots = window.counts[BALLOTS] ?? 0
    this.totals = totals
    this.isFinal = window.isFinal
    this.late = late
  }
}

const MOST_WINDOWS = 1_000
const LONGEST_MS = 86_400_000

/** Event time in windows, ascending. Throws BAD_USER_INPUT for sizes that are not counted and for more windows than one answer may hold. */
export function timelineOf(shown: ShownRevision, shape: ContestShape | undefined, window: WindowInput, range: { from: Date | null, to: Date | null }): WindowResult[] {
  const sizeMs = sizeOf(window)
  const panes = shown.at.panes(shape?.id ?? '')
  const bounds = { ...(range.from === null ? {} : { from: range.from.getTime() }), ...(range.to === null ? {} : { to: range.to.getTime() }) }
  assertFew(panes, sizeMs, bounds)
  const width = shape === undefined ? 1 : FIRST_OPTION + shape.optionIndex.size
  const late = shown.at.late(shape?.id ?? '')[BALLOTS] ?? 0
  return tumblingWindows(panes, { sizeMs, width, finalUntil: shown.facts.finalUntil, ...bounds })
    .map((found) => new WindowResult(found, shape === undefined ? [] : totalsOf(shown.election, shape, found.counts), late))
}

function sizeOf({ size, advance, gap }: WindowInput): number {
  if ((advance ?? gap ?? undefined) !== undefined) throw badInput('TUMBLING windows have neither `advance` nor `gap`.')
  const sizeMs = durationMs(size)
  if (sizeMs === undefined || sizeMs < PANE_MS || sizeMs > LONGEST_MS || sizeMs % PANE_MS !== 0) throw badInput('The size of a window is a multiple of PT10S, from PT10S to P1D.')
  return sizeMs
}

function assertFew(panes: readonly [start: number, counts: readonly number[]][], sizeMs: number, { from, to }: { from?: number, to?: number }): void {
  const wanted = panes.filter(([start]) => (from === undefined || start + sizeMs > from) && (to === undefined || start < to))
  const [first, last] = [wanted[0], wanted.at(-1)]
  const count = first === undefined || last === undefined ? 0 : Math.floor(last[0] / sizeMs) - Math.floor(first[0] / sizeMs) + 1
  if (count > MOST_WINDOWS) throw badInput(`This would be ${count} windows; an answer holds at most ${MOST_WINDOWS}. Ask for larger windows, or say \`from\` and \`to\`.`)
}

const RATE_PANES = 6

/**
 * Ballots per second of event time over the last minute before the newest ballot: the panes of that minute, the newest of
 * which has only run up to the ballot itself.
 */
export function ballotsPerSecond({ at, facts }: ShownRevision): number {
  if (facts.asOf === null) return 0
  const newest = Math.floor(facts.asOf / PANE_MS) * PANE_MS
  const since = newest - (RATE_PANES - 1) * PANE_MS
  const ballots = at.panes('').reduce((sum, [start, counts]) => start >= since && start <= newest ? sum + (counts[BALLOTS] ?? 0) : sum, 0)
  return ballots / ((facts.asOf - since) / 1_000 || 1)
}
