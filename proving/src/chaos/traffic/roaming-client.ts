import { ApiFailure, createApiClient, type ApiClient } from '@livetally/simulator'
import { setTimeout as pause } from 'node:timers/promises'
import type { Attempt, BallotAnswer, CastBallot } from '../history/history.js'

/** Failures after which the same request may fare better, here or at another API. */
const PASSING = /^(UNREACHABLE|UNAVAILABLE|RATE_LIMITED|INTERNAL_SERVER_ERROR|HTTP_5\d\d|HTTP_429)$/

const PAUSES_MS = [20, 50, 100, 200, 400] as const

/** How long an API may take before we ask another. A frozen one answers when it thaws; the ballot has long been cast again. */
const ANSWER_WITHIN_MS = 3_000

export interface RoamingOptions {
  urls: readonly string[]
  token: string
  record: (attempt: Attempt) => void
  /** Which API is asked first, request by request. */
  first: () => number
  giveUpAfterMs: number
}

/**
 * A client as a voter behind a load balancer is: what one API does not answer in time is sent to the next, with the same
 * key. Every single sending is recorded. Only `castVote` and `castVotes` go through it.
 */
export function createRoamingClient({ urls, token, record, first, giveUpAfterMs }: RoamingOptions): ApiClient {
  const clients = urls.map((url) => createApiClient({ url, token, connections: 64, giveUpAfterMs: 0, answerWithinMs: ANSWER_WITHIN_MS }))
  const under = (name: string, dispose: () => Promise<void>): ApiClient => {
    const mine = clients.map((client) => client.withToken(name))
    return {
      endpoint: mine[0]?.endpoint ?? '',
      token: name,
      withToken: (other) => under(other ?? token, async () => undefined),
      [Symbol.asyncDispose]: dispose,
      async request<T>(document: string, variables: Record<string, unknown> = {}): Promise<T> {
        const ballots = ballotsOf(variables, name)
        const began = Date.now()
        for (let count = 0, api = first() % mine.length; ; count += 1, api = (api + 1) % mine.length) {
          const sentAt = Date.now()
          const note = (outcome: Attempt['outcome']): void => record({ type: 'attempt', api, sentAt, answeredAt: Date.now(), ballots, outcome })
          try {
            const data = await mine[api]?.request<RawAnswers>(document, variables)
            note({ answers: answersOf(data) })
            return data as T
          } catch (error) {
            if (!(error instanceof ApiFailure)) throw error
            note({ failure: error.code })
            if (!PASSING.test(error.code) || Date.now() - began > giveUpAfterMs) throw error
          }
          await pause(PAUSES_MS[Math.min(count, PAUSES_MS.length - 1)])
        }
      },
    }
  }
  return under(token, async () => { await Promise.all(clients.map((client) => client[Symbol.asyncDispose]())) })
}

interface RawAnswer { type: string, receipt?: { tracker: string, castAt: string } }
interface RawAnswers { castVotes?: RawAnswer[], castVote?: RawAnswer }

function answersOf(data: RawAnswers | undefined): BallotAnswer[] {
  const answers = data?.castVotes ?? (data?.castVote === undefined ? [] : [data.castVote])
  return answers.map(({ type, receipt }) => receipt === undefined ? { verdict: 'refused', type } : { verdict: 'accepted', ...receipt })
}

interface CastInput { idempotencyKey?: string, ballots?: { sourceBallotNumber?: string, idempotencyKey: string }[] }

function ballotsOf(variables: Record<string, unknown>, token: string): CastBallot[] {
  const { ballots, idempotencyKey } = variables['input'] as CastInput
  if (ballots !== undefined) return ballots.map(({ sourceBallotNumber = '', idempotencyKey: key }) => ({ voter: sourceBallotNumber, key }))
  return [{ voter: voterOf(token), key: idempotencyKey ?? '' }]
}

/** Who a voter's token says that they are. */
export function voterOf(token: string): string {
  const { ref } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { ref?: string }
  return ref ?? ''
}
