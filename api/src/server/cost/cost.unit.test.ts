import { buildSchema, execute, parse } from 'graphql/index.js'
import { describe, expect, test } from 'vitest'
import { createAnswerMeter, MOST_FIELDS } from './answer-meter.js'
import { createClientBudgets } from './client-budget.js'
import { createClientCosts, meterOf } from './client-cost.js'
import { meterLists } from './meter-lists.js'
import { createTurns } from './turns.js'

const SDL = 'type Query { windows: [Window!]! } type Window { start: Int! end: Int! totals: [Total!]! } type Total { votes: Int! option: String! }'
const windows = (count: number): object[] => Array.from({ length: count }, (_, start) => ({ start, end: start + 1, totals: Array.from({ length: 10 }, (_, votes) => ({ votes, option: 'Pancakes' })) }))
const ask = (aliases: number) => parse(`{ ${Array.from({ length: aliases }, (_, at) => `a${at}: windows { start end totals { votes option } }`).join(' ')} }`)

function setUp(costs = createClientCosts()) {
  const schema = meterLists(buildSchema(SDL), meterOf)
  const answer = async (who: string, aliases: number, count = 1_000) => execute({ schema, document: ask(aliases), rootValue: { windows: windows(count) }, contextValue: { cost: costs(who) } })
  return { answer, costs }
}

describe('what an answer costs', () => {
  test('is reckoned from the lengths of its lists, and an answer that would be too large is cut off with a sentence', async () => {
    const { answer } = setUp()
    expect((await answer('ann', 1)).errors).toBeUndefined()
    const { data, errors } = await answer('ann', 15)
    expect(data).toBeNull()
    expect(errors?.map(({ message }) => message)).toEqual([`This answer would hold more than ${MOST_FIELDS} fields. Ask for fewer or larger windows, for smaller pages, or for less of each.`])
  })

  test('is charged to the client who asked, and to nobody else', async () => {
    let now = 0
    const { answer, costs } = setUp(createClientCosts({ budgets: createClientBudgets({ perSecond: 1_000, burst: 20_000, now: () => now }) }))
    await answer('ann', 1)
    const owedMs = costs('ann').waitMs()
    expect(owedMs).toBeGreaterThan(0)
    expect(costs('bob').waitMs()).toBe(0)
    now += owedMs
    expect(costs('ann').waitMs()).toBe(0)
  })

  test('an answer at the bound passes, one field more does not', () => {
    const costs = { who: 'ann', budget: createClientBudgets()('ann'), turns: createTurns(), most: 10 }
    const meter = createAnswerMeter(costs)
    meter.take(10)
    expect(() => meter.take(1)).toThrow('more than 10 fields')
  })

  test('no more than ten thousand clients are remembered: those whose last answer is longest ago are forgotten', () => {
    const budgets = createClientBudgets({ perSecond: 1, burst: 1, now: () => 0 })
    for (let who = 0; who < 20_001; who += 1) budgets(String(who)).take(5)
    expect(budgets('0').waitMs()).toBe(0)
    expect(budgets('20000').waitMs()).toBe(4_000)
  })
})

describe('long answers', () => {
  test('give the event loop back while they are made', async () => {
    const { answer } = setUp()
    let turns = 0
    let isDone = false
    const count = (): void => { turns += 1; if (!isDone) setImmediate(count) }
    setImmediate(count)
    await answer('ann', 2)
    isDone = true
    expect(turns).toBeGreaterThan(20)
  })

  test('of many clients take turns: who asks much waits behind who asks little', async () => {
    const steps: (() => void)[] = []
    const turns = createTurns((work) => { steps.push(work) })
    const went: string[] = []
    for (const who of ['ann', 'ann', 'ann', 'bob']) void turns.next(who).then(() => went.push(who))
    for (let step = steps.shift(); step !== undefined; step = steps.shift()) { step(); await Promise.resolve() }
    expect(went).toEqual(['ann', 'bob', 'ann', 'ann'])
  })
})
