import { buildSchema, execute, parse, type DocumentNode } from 'graphql/index.js'
import { describe, expect, test } from 'vitest'
import { createAnswerMeter, MOST_BYTES, MOST_FIELDS } from './answer-meter.js'
import { createClientBudgets } from './client-budget.js'
import { createClientCosts, meterOf } from './client-cost.js'
import { meterAnswers } from './meter-answers.js'
import { TAKES_TURN } from './takes-turn.js'
import { createTurns } from './turns.js'

const SDL = 'type Query { windows: [Window!]! } type Window { name: String start: Int! end: Int! totals: [Total!]! } type Total { votes: Int! option: String! }'
const windows = (count: number): object[] => Array.from({ length: count }, (_, start) => ({ start, end: start + 1, totals: Array.from({ length: 10 }, (_, votes) => ({ votes, option: 'Pancakes' })) }))
const ask = (aliases: number) => parse(`{ ${Array.from({ length: aliases }, (_, at) => `a${at}: windows { start end totals { votes option } }`).join(' ')} }`)

function setUp(costs = createClientCosts()) {
  const schema = meterAnswers(buildSchema(SDL), meterOf)
  const answer = async (who: string, asked: number | { document: DocumentNode, count: number, name?: string }) => {
    const { document, count, name = 'Breakfast' } = typeof asked === 'number' ? { document: ask(asked), count: 1_000 } : asked
    return execute({ schema, document, rootValue: { windows: windows(count).map((window) => ({ ...window, name })) }, contextValue: { cost: costs(who) } })
  }
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
    const costs = { who: 'ann', budget: createClientBudgets()('ann'), turns: createTurns(), most: { fields: 10, bytes: 100 } }
    const meter = createAnswerMeter(costs)
    meter.take(10, 60)
    expect(() => meter.take(1, 0)).toThrow('more than 10 fields')
    meter.takeText(40)
    expect(() => { meter.takeText(1) }).toThrow('more than 100 bytes')
  })

  test('has a bound in bytes: of long texts, and of long aliases on short ones', async () => {
    const { answer } = setUp()
    const texts = await answer('ann', { document: parse('{ windows { name } }'), count: 1_000, name: 'x'.repeat(10_000) })
    expect(texts.errors?.[0]?.message).toContain(`more than ${MOST_BYTES} bytes`)
    const aliases = await answer('bob', { document: parse(`{ windows { ${'a'.repeat(1_000)}: start ${'b'.repeat(1_000)}: end } }`), count: 5_000 })
    expect(aliases.errors?.[0]?.message).toContain(`more than ${MOST_BYTES} bytes`)
    expect((await answer('cat', { document: parse('{ windows { start end } }'), count: 5_000 })).errors).toBeUndefined()
  })

  test('long texts are paid for', () => {
    const taken: number[] = []
    createAnswerMeter({ who: 'ann', budget: { take: (amount) => { taken.push(amount) } }, turns: createTurns() }).takeText(6_400)
    expect(taken).toEqual([100])
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

  test('are computed one field a turn where a field takes its time', async () => {
    const plain = buildSchema(SDL)
    const field = plain.getQueryType()?.getFields()['windows']
    Object.assign(field?.extensions ?? {}, { [TAKES_TURN]: true })
    const schema = meterAnswers(plain, meterOf)
    const computedAt: number[] = []
    let turn = 0
    let isDone = false
    const count = (): void => { turn += 1; if (!isDone) setImmediate(count) }
    setImmediate(count)
    const { data } = await execute({ schema, document: parse('{ a: windows { start } b: windows { start } c: windows { start } }'), rootValue: { windows: () => { computedAt.push(turn); return windows(1) } }, contextValue: { cost: createClientCosts()('ann') } })
    isDone = true
    expect(Object.keys(data ?? {})).toEqual(['a', 'b', 'c'])
    expect(new Set(computedAt).size).toBe(3)
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
