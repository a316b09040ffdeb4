import { describe, expect, it } from 'vitest'
import { createResumable, retryDelay } from './connection.js'
import { ageOf, narrowServerClock } from './server-clock.js'

const second = Date.parse('2026-11-03T12:00:00Z')

describe('the server clock', () => {
  it('is known to a second after one answer', () => {
    expect(narrowServerClock(null, { sentAt: second, receivedAt: second + 40, serverSecond: second })).toEqual({ low: -40, high: 1_000 })
  })
  it('is known better after several', () => {
    const first = narrowServerClock(null, { sentAt: second, receivedAt: second + 40, serverSecond: second })
    expect(narrowServerClock(first, { sentAt: second + 990, receivedAt: second + 995, serverSecond: second })).toEqual({ low: -40, high: 10 })
  })
  it('is learnt anew when a clock was set', () => {
    expect(narrowServerClock({ low: -40, high: 10 }, { sentAt: 0, receivedAt: 20, serverSecond: 60_000 })).toEqual({ low: 59_980, high: 61_000 })
  })
  it('gives the age of numbers though the clock of this device is wrong', () => {
    const wrong = second + 3_600_000
    const clock = narrowServerClock(null, { sentAt: wrong, receivedAt: wrong, serverSecond: second })
    expect(ageOf('2026-11-03T11:59:55Z', clock, wrong)).toBe(5_500)
  })
  it('never makes numbers younger than now', () => expect(ageOf('2026-11-03T12:00:05Z', { low: 0, high: 0 }, second)).toBe(0))
})

describe('the connection', () => {
  it('is tried again soon, then every 8 to 12 s', () => {
    expect([0, 1, 2, 9].map((attempt) => retryDelay(attempt, 0))).toEqual([250, 500, 1_000, 8_000])
    expect(retryDelay(9, 1)).toBe(12_000)
  })
  it('asks after a break only for what is newer than the last revision delivered', () => {
    const subscription = createResumable({ query: 'subscription ($id: ID!, $after: Int) { electionResults(electionId: $id, after: $after) { revision } }', variables: { id: 'e1', after: 3 } })
    expect(subscription.payload.variables).toEqual({ id: 'e1', after: 3 })
    subscription.delivered({ electionResults: { revision: 17 } })
    expect(JSON.parse(JSON.stringify(subscription.payload))).toMatchObject({ variables: { id: 'e1', after: 17 } })
  })
  it('leaves documents without such a variable as they are', () => {
    const subscription = createResumable({ query: 'subscription { x { revision } }', variables: {} })
    subscription.delivered({ x: { revision: 17 } })
    expect(subscription.payload.variables).toEqual({})
  })
})
