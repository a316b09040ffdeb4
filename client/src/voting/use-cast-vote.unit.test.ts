import { CombinedError } from '@urql/vue'
import { GraphQLError } from '@0no-co/graphql.web'
import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, type InjectionKey } from 'vue'
import { serverKey } from '../graphql/client.js'
import { useCastVote } from './use-cast-vote.js'

const ballot = { idempotencyKey: 'key-1', selections: [] }
const accepted = { data: { castVote: { __typename: 'VoteAccepted', repeated: false, receipt: { tracker: 'T', castAt: '2026-11-03T12:00:00Z' } } } }
const lost = { error: new CombinedError({ networkError: new Error('connection lost') }) }
/** A refused mutation has no data: `null`, as GraphQL says. */
const failing = (code: string) => ({ data: null, error: new CombinedError({ graphQLErrors: [new GraphQLError('no', undefined, undefined, undefined, undefined, undefined, { code })] }) })

/** A server that gives these answers in turn; `undefined` is silence. */
function castWith(answers: unknown[]) {
  const sent: { key: string, authorization: string }[] = []
  const client = {
    mutation: (_document: unknown, variables: { input: { idempotencyKey: string } }, context: { fetchOptions: { headers: { authorization: string } } }) => ({
      subscribe(take: (result: unknown) => void) {
        sent.push({ key: variables.input.idempotencyKey, authorization: context.fetchOptions.headers.authorization })
        const answer = answers[sent.length - 1]
        if (answer !== undefined) queueMicrotask(() => take(answer))
        return { unsubscribe: () => undefined }
      },
    }),
  }
  let cast: ReturnType<typeof useCastVote> | undefined
  mount(defineComponent({
    setup() {
      cast = useCastVote()
      return () => h('p')
    },
  }), { global: { provide: { [serverKey as InjectionKey<unknown> as symbol]: { client } } } })
  if (cast === undefined) throw new Error('not mounted')
  return { answer: cast.cast('e1', 'token', ballot), sent, attempt: cast.attempt }
}

describe('casting a ballot', () => {
  beforeEach(() => { vi.useFakeTimers() })
  afterEach(() => { vi.useRealTimers() })

  it('ends with the verdict of the server', async () => {
    const { answer, sent } = castWith([accepted])
    expect(await answer).toMatchObject({ kind: 'verdict', verdict: { __typename: 'VoteAccepted' } })
    expect(sent).toEqual([{ key: 'key-1', authorization: 'Bearer token' }])
  })

  it('is sent again with the same key after a lost connection, a busy server and silence', async () => {
    const { answer, sent } = castWith([lost, failing('UNAVAILABLE'), undefined, accepted])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await answer).toMatchObject({ kind: 'verdict' })
    expect(sent.map((one) => one.key)).toEqual(['key-1', 'key-1', 'key-1', 'key-1'])
  })

  it('is not given up after an internal error: the ballot may have been accepted', async () => {
    const { answer, sent } = castWith([failing('INTERNAL_SERVER_ERROR'), accepted])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await answer).toMatchObject({ kind: 'verdict' })
    expect(sent).toHaveLength(2)
  })

  it('asks for a new sign-in when the session has ended', async () => {
    expect(await castWith([failing('UNAUTHENTICATED')]).answer).toEqual({ kind: 'expired' })
  })

  it('says how often it was sent', async () => {
    const { attempt } = castWith([lost, lost, undefined])
    await vi.advanceTimersByTimeAsync(4_000)
    expect(attempt.value).toBe(3)
  })
})
