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

/** A subscription to results, of which a test sends the messages; what is executed for them is counted. */
function setUpResults() {
  const world = { executed: 0, open: 0, ended: 0, waiting: [] as ((result: IteratorResult<unknown, undefined>) => void)[] }
  const schema = buildSchema('type Query { none: Int } type Subscription { revision: Int }')
  Object.assign(schema.getSubscriptionType()?.getFields()['revision'] ?? {}, {
    resolve: ({ revision }: { revision: number }) => { world.executed += 1; return revision },
    subscribe: () => ({
      next: () => new Promise((resolve) => { world.waiting.push(resolve) }),
      async return() {
        world.ended += 1
        for (const resolve of world.waiting.splice(0)) resolve({ done: true, value: undefined })
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]() { return this },
    }),
  })
  const live = createLiveExecution({ masking: (error) => error instanceof GraphQLError ? error : new GraphQLError(String(error)), onSubscriptions: (change) => { world.open += change } })
  const subscribe = (document = 'subscription { revision }') => live.subscribe({ schema, document: parse(document), contextValue: { identity: { role: 'ANONYMOUS' }, shown: new Map() } })
  const open = async () => {
    const messages = await subscribe()
    if (!(Symbol.asyncIterator in messages)) throw new Error(JSON.stringify(messages))
    return messages
  }
  /** Everybody who waits hears of this revision. */
  const send = (message: unknown): void => { for (const resolve of world.waiting.splice(0)) resolve({ done: false, value: message }) }
  return { world, subscribe, open, send }
}
const messageOf = (revision: number) => ({ revision, shown: { facts: { revision } }, skipped: 0 })

test('a viewer who leaves while there is nothing to hear is let go at once, and once, however often they say so', async () => {
  const { world, open } = setUpResults()
  const messages = await open()
  const staying = await open()
  const waiting = messages.next()
  expect(world.open).toBe(2)
  await messages.return?.()
  await messages.return?.()
  await messages.throw?.(new Error('gone'))
  expect([(await waiting).done, world.open, world.ended > 0]).toEqual([true, 1, true])
  await staying.return?.()
  expect(world.open).toBe(0)
})

test('a subscription whose messages come to an end is counted no longer', async () => {
  const { world, open } = setUpResults()
  const messages = await open()
  const waiting = messages.next()
  for (const resolve of world.waiting.splice(0)) resolve({ done: true, value: undefined })
  expect([(await waiting).done, world.open]).toEqual([true, 0])
  expect((await messages.next()).done).toBe(true)
  expect(world.open).toBe(0)
})

test('equal subscriptions have a revision executed once, and nothing of it is kept when the last of them has left', async () => {
  const { world, open, send } = setUpResults()
  const [one, other] = [await open(), await open()]
  const message = messageOf(5)
  const heard = Promise.all([one.next(), other.next()])
  send(message)
  expect((await heard).map(({ value }) => value?.data)).toEqual([{ revision: 5 }, { revision: 5 }])
  expect(world.executed).toBe(1)
  await one.return?.()
  await other.return?.()
  const later = await open()
  const again = later.next()
  send(message)
  expect((await again).value).toEqual({ data: { revision: 5 } })
  expect(world.executed).toBe(2)
})

test('a subscription that cannot begin is an error, and nobody is counted', async () => {
  const { world, subscribe } = setUpResults()
  const told = await subscribe('subscription { revision @skip(if: true) }')
  expect(told).toMatchObject({ errors: [expect.any(GraphQLError)] })
  expect(world.open).toBe(0)
})
