import { describe, expect, it } from 'vitest'
import { lagOf, liveStatusOf, type Arrival, type LiveFacts } from './live-status.js'

const facts: LiveFacts = {
  connection: 'connected', isOnline: true, isPaused: false, results: { status: 'UNOFFICIAL_PARTIAL', revision: 4 }, ageMs: 500, lagMs: 0,
}
const stateOf = (change: Partial<LiveFacts>) => liveStatusOf({ ...facts, ...change }).state

describe('the live badge', () => {
  it('says live while messages come in time', () => expect(stateOf({})).toBe('live'))
  it('says live when nobody votes: silence alone is not delay', () => expect(stateOf({ ageMs: 600_000 })).toBe('live'))
  it('says connecting before the first numbers', () => expect(stateOf({ results: null, ageMs: null })).toBe('connecting'))
  it('says connecting while the snapshot is shown and the connection is on its way', () => expect(stateOf({ connection: 'connecting' })).toBe('connecting'))
  it('says behind, and by how much, when numbers are late', () => {
    expect(liveStatusOf({ ...facts, lagMs: 12_000 })).toEqual({ state: 'behind', ageMs: 500, behindMs: 12_000 })
  })
  it('says reconnecting when the connection is lost', () => expect(stateOf({ connection: 'lost' })).toBe('reconnecting'))
  it('says reconnecting when the device is offline', () => expect(stateOf({ isOnline: false })).toBe('reconnecting'))
  it('says paused when the reader paused, whatever the connection does', () => expect(stateOf({ isPaused: true, connection: 'lost' })).toBe('paused'))
  it.each(['UNOFFICIAL_COMPLETE', 'CORRECTION', 'RECOUNT', 'CERTIFIED'] as const)('says complete, and not final, when the status is %s', (status) => {
    expect(stateOf({ results: { status, revision: 9 }, connection: 'lost' })).toBe('complete')
  })
})

const arrival: Arrival = {
  publishedAt: '2026-11-03T12:00:10Z', asOf: '2026-11-03T12:00:09Z', ageOnArrivalMs: 80, throttleMs: 0, isFirst: false, isDatabaseTime: true, hasNewBallots: true,
}

describe('how late a message is', () => {
  it('is next to nothing on the ordinary way', () => expect(lagOf(arrival)).toBe(1_000))
  it('is the time on the way', () => expect(lagOf({ ...arrival, ageOnArrivalMs: 7_000 })).toBe(7_000))
  it('leaves out what the reader asked for by the throttle', () => expect(lagOf({ ...arrival, ageOnArrivalMs: 15_000, throttleMs: 15_000 })).toBe(1_000))
  it('does not count the age of the state that a new connection begins with', () => expect(lagOf({ ...arrival, ageOnArrivalMs: 900_000, isFirst: true })).toBe(1_000))
  it('is the time that counting took', () => expect(lagOf({ ...arrival, asOf: '2026-11-03T11:59:50Z' })).toBe(20_000))
  it('does not take a revision without new ballots for a late one', () => {
    expect(lagOf({ ...arrival, asOf: '2026-11-03T11:00:00Z', hasNewBallots: false })).toBe(80)
  })
  it('does not compare the times of an imported election with the clock', () => {
    expect(lagOf({ ...arrival, asOf: '2024-11-05T20:00:00Z', isDatabaseTime: false })).toBe(80)
  })
})
