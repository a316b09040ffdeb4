import type { ApiClient } from '../system/api-client.js'
import { ApiFailure } from '../system/api-failure.js'
import { castVotes, MOST_BALLOTS, MOST_BYTES, type CastAnswer, type IngestBallot } from '../system/cast-votes.js'
import { createGroups } from './groups.js'
import { createPace } from './pace.js'

/** No answer came in time: the ballot may or may not have been accepted. */
export interface NoAnswer { type: 'NoAnswer', code: string, message: string }

/** One ballot of one request, with what the system said. Times in ms since 1970. */
export interface LoadRecord {
  ballot: IngestBallot
  answer: CastAnswer | NoAnswer
  /** True for the second sending of a request that was sent twice on purpose. */
  isRepeat: boolean
  sentAt: number
  answeredAt: number
}

export interface LoadSummary { sent: number, accepted: number, repeated: number, refused: Record<string, number>, seconds: number }

export interface LoadOptions {
  /** Carries a token of role INGEST. */
  client: ApiClient
  electionId: string
  ballots: Iterable<IngestBallot> | AsyncIterable<IngestBallot>
  /** Ballots a second; as fast as they are answered without it. */
  rate?: number
  /** Ballots per request, 1 to 1,000. */
  batch?: number
  /** Requests on the way at the same time. */
  inFlight?: number
  /** Every so manieth request is sent a second time, after its answer. 1: every request. */
  repeatEvery?: number
  /** Keep every record for `records`; switch off for long runs. */
  keepRecords?: boolean
  onRecord?: (record: LoadRecord) => void
}

export interface Load {
  /** Casts until the ballots end or `stop` is called. Throws only where no later request can fare better (token, election). */
  run(): Promise<LoadSummary>
  /** Sends nothing further; what is on the way is still answered and recorded. */
  stop(): void
  readonly records: readonly LoadRecord[]
}

const HOPELESS = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED'])

/** Drives ballots through `castVotes` and keeps every answer, so that a test can compare what was acknowledged with what was counted. */
export function createLoad(options: LoadOptions): Load {
  const { client, electionId, batch = 100, inFlight = 4, repeatEvery, keepRecords = true } = options
  const groups = createGroups(options.ballots, { size: Math.min(batch, MOST_BALLOTS), mostBytes: MOST_BYTES * 0.9, bytesOf: estimateBytes })
  const pace = createPace(options.rate)
  const records: LoadRecord[] = []
  const summary: LoadSummary = { sent: 0, accepted: 0, repeated: 0, refused: {}, seconds: 0 }
  const ending = new AbortController()
  let requests = 0

  const send = async (ballots: readonly IngestBallot[], isRepeat: boolean): Promise<void> => {
    const sentAt = Date.now()
    const answers = await answersTo(client, electionId, ballots)
    const answeredAt = Date.now()
    for (const [at, ballot] of ballots.entries()) {
      const answer = answers[at]
      if (answer === undefined) continue
      const record = { ballot, answer, isRepeat, sentAt, answeredAt }
      if (keepRecords) records.push(record)
      addTo(summary, record)
      options.onRecord?.(record)
    }
  }
  const lane = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const ballots = await groups.next()
      if (ballots.length === 0) return
      await pace.take(ballots.length)
      requests += 1
      const sendsTwice = repeatEvery !== undefined && requests % repeatEvery === 0
      await send(ballots, false)
      if (sendsTwice) await send(ballots, true)
    }
  }
  return {
    records,
    stop: () => { ending.abort() },
    run: async () => {
      const startedAt = performance.now()
      const lanes = await Promise.allSettled(Array.from({ length: inFlight }, () => lane().catch((error: unknown) => {
        ending.abort()
        throw error
      })))
      summary.seconds = (performance.now() - startedAt) / 1_000
      for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason
      return summary
    },
  }
}

async function answersTo(client: ApiClient, electionId: string, ballots: readonly IngestBallot[]): Promise<(CastAnswer | NoAnswer)[]> {
  try {
    return await castVotes(client, electionId, ballots)
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    if (error.code === 'FORBIDDEN') throw new ApiFailure('FORBIDDEN', `${error.message} Casting ballots for others needs a token of role INGEST (LIVETALLY_INGEST_TOKEN).`)
    if (HOPELESS.has(error.code)) throw error
    const { code, message } = error
    return ballots.map(() => ({ type: 'NoAnswer', code, message }))
  }
}

function addTo(summary: LoadSummary, { answer }: LoadRecord): void {
  summary.sent += 1
  if (answer.type !== 'VoteAccepted') summary.refused[answer.type] = (summary.refused[answer.type] ?? 0) + 1
  else if (answer.repeated) summary.repeated += 1
  else summary.accepted += 1
}

/** A little more than the ballot's JSON has; cheaper than writing it twice. */
function estimateBytes({ selections, attributes }: IngestBallot): number {
  const marks = selections.reduce((sum, { contestId, optionIds }) => sum + contestId.length + 36 + optionIds.reduce((length, id) => length + id.length + 3, 0), 0)
  return 400 + marks + (attributes?.length ?? 0) * 180
}
