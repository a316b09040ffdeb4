import { onScopeDispose, ref } from 'vue'
import { useServer } from '../graphql/client.js'
import { problemOf } from '../graphql/problems.js'
import type { UnansweredCast } from './booth-memory.js'
import { castVoteMutation, type CastVerdict } from './documents.js'

/** An attempt without an answer after so long is given up and made again. */
const ANSWER_MS = 12_000
const LONGEST_WAIT_MS = 10_000

export type CastAnswer = { kind: 'verdict', verdict: CastVerdict } | { kind: 'expired' } | { kind: 'refused', message: string }

/**
 * Sends a ballot until there is an answer, always under the same idempotency key: however often it is sent, it
 * counts once. Only a verdict, an expired session or a request that the server calls wrong ends it; silence, a lost
 * connection or a busy server do not. `attempt` is 0 while nothing is being sent.
 */
export function useCastVote() {
  const { client } = useServer()
  const attempt = ref(0)
  let isGone = false
  onScopeDispose(() => { isGone = true })

  async function cast(electionId: string, token: string, ballot: UnansweredCast): Promise<CastAnswer | null> {
    for (attempt.value = 1; !isGone; attempt.value += 1) {
      const answer = await send(electionId, token, ballot)
      if (answer !== null) {
        attempt.value = 0
        return answer
      }
      await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** attempt.value))
    }
    return null
  }

  /** Null: no answer. */
  async function send(electionId: string, token: string, { idempotencyKey, selections }: UnansweredCast): Promise<CastAnswer | null> {
    const request = client.mutation(
      castVoteMutation,
      { input: { electionId, idempotencyKey, selections } },
      { fetchOptions: { headers: { authorization: `Bearer ${token}` } } },
    )
    const result = await withLimit(request)
    if (result === null) return null
    if (result.data !== undefined && result.data !== null) return { kind: 'verdict', verdict: result.data.castVote }
    if (result.error === undefined) return null
    switch (problemOf(result.error)) {
      case 'unauthenticated': return { kind: 'expired' }
      case 'forbidden':
      case 'not-found':
      case 'refused': return { kind: 'refused', message: result.error.graphQLErrors[0]?.message ?? '' }
      case 'offline':
      case 'unavailable':
      case 'unknown': return null
    }
  }

  return { attempt, cast }
}

/** The result, or null when it has not come in time; the request is then cancelled. */
async function withLimit<Result>(request: { subscribe(take: (result: Result) => void): { unsubscribe(): void } }): Promise<Result | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      subscription.unsubscribe()
      resolve(null)
    }, ANSWER_MS)
    const subscription = request.subscribe((result) => {
      clearTimeout(timer)
      resolve(result)
    })
  })
}

/** Ends early when the device is online again. */
async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms)
    addEventListener('online', done, { once: true })
    function done(): void {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
  })
}
