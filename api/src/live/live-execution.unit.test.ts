import { buildSchema, parse } from 'graphql/index.js'
import { GraphQLError } from 'graphql/index.js'
import { expect, test, vi } from 'vitest'
import { createLiveExecution } from './live-execution.js'

/** A subscription that has a message whenever it is asked for one, and a client who owes for so many milliseconds. */
function setUp() {
  const world = { owedMs: 0, asked: 0, returned: 0, open: 0 }
  const schema = buildSchema('type Query { none: Int } type Subscription { turn: Int }')
  const field = schema.getSubscriptionType()?.getFields()['turn']
  Object.assign(field ?? {}, {
    subscribe: () => ({
      next: async () => ({ done: false, value: { turn: world.asked += 1 } }),
      return: async () => { world.returned += 1; return { done: true, value: undefined } },
      [Symbol.asyncIterator]() { return this },
    }),
  })
  const live = createLiveExecution({ masking: (error) => error instanceof GraphQLError ? error : new GraphQLError(String(error)), onSubscriptions: (change) => { world.open += change } })
  const contextValue = { identity: { role: 'ANONYMOUS', subject: null }, cost: { waitMs: () => world.owedMs }, shown: new Map() }
  const open = async () => {
    const messages = await live.subscribe({ schema, document: parse('subscription { turn }'), contextValue })
    if (!(Symbol.asyncIterator in messages)) throw new Error(JSON.stringify(messages))
    return messages
  }
  return { world, open }
}

test('a subscription of a client who owes pauses, asks for nothing meanwhile, and goes on when the debt is paid', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const { world, open } = setUp()
    const messages = await open()
    expect((await messages.next()).value).toEqual({ data: { turn: 1 } })
    world.owedMs = 2_500
    let heard: unknown
    void messages.next().then(({ value }) => { heard = value })
    await vi.advanceTimersByTimeAsync(2_400)
    expect([heard, world.asked]).toEqual([undefined, 1])
    world.owedMs = 0
    await vi.advanceTimersByTimeAsync(1_000)
    expect(heard).toEqual({ data: { turn: 2 } })
  } finally {
    vi.useRealTimers()
  }
})

test('a subscription that is given up while its client owes ends within a second, and is counted no longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const { world, open } = setUp()
    const messages = await open()
    expect(world.open).toBe(1)
    world.owedMs = 3_600_000
    let isDone: boolean | undefined
    void messages.next().then(({ done }) => { isDone = done })
    await messages.return?.()
    await vi.advanceTimersByTimeAsync(1_000)
    expect([isDone, world.open, world.asked, world.returned > 0]).toEqual([true, 0, 0, true])
  } finally {
    vi.useRealTimers()
  }
})
