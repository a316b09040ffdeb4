import { parseId } from '@livetally/core/election'
import { electionKeyOf, type KnownElection } from '@livetally/core/voting'
import { Arg, Float, ID, Int, Resolver, Root, Subscription } from 'type-graphql'
import { Allowed } from '../auth/policy.js'
import { ContestResults } from '../results/contest-results.type.js'
import { ElectionResults } from '../results/election-results.type.js'
import { assertVisible } from '../results/show-results.js'
import type { RequestContext } from '../server/context.js'
import { badInput, notFound } from '../server/errors.js'
import { openResultsStream, type ResultsMessage } from './results-stream.js'

interface Pace { after?: number | null, maxPerSecond?: number | null }

interface Opening<Args> { args: Args & Pace, context: RequestContext }

async function open({ identity, services }: RequestContext, known: KnownElection, { after, maxPerSecond }: Pace): Promise<AsyncIterableIterator<ResultsMessage, undefined>> {
  assertVisible(identity, known.election)
  if (isGiven(maxPerSecond) && !(maxPerSecond > 0)) throw badInput('`maxPerSecond` must be greater than 0.')
  return openResultsStream({ feed: await services.live.feed(known), after: after ?? undefined, maxPerSecond: maxPerSecond ?? undefined })
}

async function requireContest({ identity, services }: RequestContext, id: string): Promise<{ known: KnownElection, contest: string }> {
  const parsed = parseId(id)
  const known = parsed?.kind === 'contest' ? await services.directory.require(identity, parsed.key) : undefined
  if (parsed?.kind !== 'contest' || known?.election.structure.contests.has(parsed.contest) !== true) throw notFound('There is no such contest.')
  return { known, contest: parsed.contest }
}

function localUnit({ election }: KnownElection, id: string | null | undefined): string | undefined {
  if (!isGiven(id)) return undefined
  const parsed = parseId(id)
  if (parsed?.kind === 'unit' && parsed.key === election.key && election.structure.units.has(parsed.unit)) return parsed.unit
  throw notFound('There is no such reporting unit in this election.')
}

@Resolver()
export class LiveResolver {
  @Allowed('EVERYBODY')
  @Subscription(() => ElectionResults, {
    description: 'The current results, then every newer revision, at most 20 a second. Whoever reads slowly gets the newest with `skipped` > 0.',
    subscribe: async ({ args, context }: Opening<{ electionId: string }>) => open(context, await context.services.directory.require(context.identity, electionKeyOf(args.electionId)), args),
  })
  electionResults(
    @Arg('electionId', () => ID) _electionId: string,
    @Arg('after', () => Int, { nullable: true, description: 'The last revision you have seen: nothing is sent until there is another.' }) _after: number | null,
    @Arg('maxPerSecond', () => Float, { nullable: true }) _maxPerSecond: number | null,
    @Root() { shown, skipped }: ResultsMessage,
  ): ElectionResults {
    return new ElectionResults(shown, skipped)
  }

  @Allowed('EVERYBODY')
  @Subscription(() => ContestResults, {
    description: 'One contest, everywhere or in one reporting unit, as `electionResults`.',
    subscribe: async ({ args, context }: Opening<{ contestId: string, reportingUnitId?: string | null }>) => {
      const { known } = await requireContest(context, args.contestId)
      localUnit(known, args.reportingUnitId)
      return open(context, known, args)
    },
  })
  contestResults(
    @Arg('contestId', () => ID) contestId: string,
    @Arg('reportingUnitId', () => ID, { nullable: true }) reportingUnitId: string | null,
    @Arg('after', () => Int, { nullable: true }) _after: number | null,
    @Arg('maxPerSecond', () => Float, { nullable: true }) _maxPerSecond: number | null,
    @Root() { shown, skipped }: ResultsMessage,
  ): ContestResults {
    const { contests, units } = shown.election.structure
    const [contest, unit] = [parseId(contestId), parseId(reportingUnitId ?? '')]
    const shape = contest?.kind === 'contest' ? contests.get(contest.contest) : undefined
    if (shape === undefined) throw notFound('There is no such contest.')
    return new ContestResults(shown, shape, unit?.kind === 'unit' ? units.get(unit.unit) : undefined, skipped)
  }
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
