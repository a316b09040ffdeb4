import { parseId, type Election } from '@livetally/core/election'
import { Arg, Float, ID, Resolver, Root, Subscription } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { createResultsStream } from '../live/results-stream.js'
import { assertVisible } from '../results/show-results.js'
import { DateTime } from '../schema/scalars.js'
import type { RequestContext } from '../server/context.js'
import { badInput } from '../server/errors.js'
import { electionKeyOf } from '@livetally/core/voting'
import { openWindows } from './open-windows.js'
import { paneSeriesOf, windowUnit, type TimelineScope } from './timeline-scope.js'
import { createTimelineStream, type WindowMessage } from './timeline-stream.js'
import { readWindow, WindowInput } from './window-input.type.js'
import { WindowResult } from './window-result.type.js'

interface TimelineArgs {
  electionId: string
  contestId?: string | null
  reportingUnitId?: string | null
  window: WindowInput
  after?: Date | null
  maxPerSecond?: number | null
}

/** A pane lasts 10 s: looking more often shows the same windows with a few ballots more. */
const LOOKS_PER_SECOND = 2

@Resolver()
export class TimelineResolver {
  @Allowed('EVERYBODY')
  @Subscription(() => WindowResult, {
    description: 'The newest windows of a timeline, at most 1,000, then each one that changes: one message a window, each window once as final. Whoever reads slowly gets them as they are then.',
    subscribe: ({ args, context }: { args: TimelineArgs, context: RequestContext }) => openTimeline(args, context),
  })
  timeline(
    @Arg('electionId', () => ID) _electionId: string,
    @Arg('contestId', () => ID, { nullable: true, description: 'Without it: ballots alone.' }) _contestId: string | null,
    @Arg('reportingUnitId', () => ID, { nullable: true, description: 'One of `Election.windowUnits`; without one, the whole election.' }) _reportingUnitId: string | null,
    @Arg('window', () => WindowInput) _window: WindowInput,
    @Arg('after', () => DateTime, { nullable: true, description: 'To go on after a break: the `end` of the last final window you were told of. Nothing up to there is told again.' }) _after: Date | null,
    @Arg('maxPerSecond', () => Float, { nullable: true, description: 'How often a second changes are looked for; 2 unless you say otherwise, at most 20.' }) _maxPerSecond: number | null,
    @Root() { shown, scope, window, outside, isWithdrawn }: WindowMessage,
  ): WindowResult {
    return new WindowResult(shown, scope, window, outside, isWithdrawn)
  }
}

async function openTimeline({ electionId, contestId, reportingUnitId, window, after, maxPerSecond }: TimelineArgs, { identity, services }: RequestContext): Promise<AsyncIterableIterator<WindowMessage, undefined>> {
  const known = await services.directory.require(identity, electionKeyOf(electionId))
  assertVisible(identity, known.election)
  const pace = maxPerSecond ?? LOOKS_PER_SECOND
  if (!(pace > 0)) throw badInput('`maxPerSecond` must be greater than 0.')
  const spec = readWindow(window)
  const unit = windowUnit(known.election, reportingUnitId)
  const contest = contestOf(known.election, contestId)
  const scopeOf = ({ election }: { election: Election }): TimelineScope => ({ shape: contest === undefined ? undefined : election.structure.contests.get(contest), unit })
  const feed = await services.live.feed(known)
  const shown = feed.current()
  if (openWindows(paneSeriesOf(shown, scopeOf(shown)), spec, known.election.structure.definition.timeZone, after?.getTime()) === undefined) {
    throw badInput('Old panes have been rolled up to a minute or an hour, and these windows would cut one. Ask for windows of another kind.')
  }
  return createTimelineStream({ revisions: createResultsStream({ feed, maxPerSecond: pace }), spec, scopeOf, after: after?.getTime() })
}

function contestOf({ key, structure }: Election, id: string | null | undefined): string | undefined {
  if (id === null || id === undefined) return undefined
  const parsed = parseId(id)
  if (parsed?.kind === 'contest' && parsed.key === key && structure.contests.has(parsed.contest)) return parsed.contest
  throw badInput('`contestId` names no contest of this election.')
}
