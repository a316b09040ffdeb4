import { describe, expect, it } from 'vitest'
import type { Results } from '../documents.js'
import { foldResults } from './fold-results.js'

function message(revision: number, ballotsCast: number): Results {
  return {
    revision, choicesPending: 0, ballotsCorrected: 0, ballotsCast,
    publishedAt: '2026-11-03T12:00:00Z', asOf: '2026-11-03T12:00:00Z', status: 'UNOFFICIAL_PARTIAL',
    eligibleVoters: 1_000, turnout: { percent: ballotsCast / 10 }, rates: { perSecond: 1, perMinute: 60, perHour: 3_600 }, byChannel: [], corrections: [], contests: [],
  }
}

describe('what the dashboard holds of an election', () => {
  it('begins with the first message', () => {
    expect(foldResults(null, message(3, 12)).ballotsCast).toBe(12)
  })

  it('shows the newest revision', () => {
    const folded = [message(3, 12), message(4, 13), message(9, 20)].reduce<Results | null>(foldResults, null)
    expect(folded).toMatchObject({ revision: 9, ballotsCast: 20 })
  })

  it('does not change when a message comes twice', () => {
    const once = foldResults(null, message(4, 13))
    expect(foldResults(once, message(4, 13))).toBe(once)
  })

  it('does not go back when a message comes late', () => {
    const newest = foldResults(null, message(9, 20))
    expect(foldResults(newest, message(8, 19))).toBe(newest)
  })

  it('ends the same whatever repeats and delays the way adds', () => {
    const inOrder = [message(1, 1), message(2, 2), message(3, 3)].reduce<Results | null>(foldResults, null)
    const disturbed = [message(1, 1), message(3, 3), message(2, 2), message(1, 1), message(3, 3)].reduce<Results | null>(foldResults, null)
    expect(disturbed).toEqual(inOrder)
  })
})
