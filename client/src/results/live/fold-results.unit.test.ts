import { describe, expect, it } from 'vitest'
import type { Results } from '../documents.js'
import { foldResults, noResults } from './fold-results.js'

function message(revision: number, ballotsCast: number, skipped = 0): Results {
  return {
    revision, ballotsCast, skipped,
    publishedAt: '2026-11-03T12:00:00Z', asOf: '2026-11-03T12:00:00Z', status: 'UNOFFICIAL_PARTIAL',
    eligibleVoters: 1_000, turnout: { percent: ballotsCast / 10 }, rates: { perSecond: 1, perMinute: 60, perHour: 3_600 }, byChannel: [], corrections: [], contests: [],
  }
}

describe('what the dashboard holds of an election', () => {
  it('begins with the first message', () => {
    expect(foldResults(noResults, message(3, 12)).results?.ballotsCast).toBe(12)
  })

  it('shows the newest revision', () => {
    const folded = [message(3, 12), message(4, 13), message(9, 20)].reduce(foldResults, noResults)
    expect(folded.results).toMatchObject({ revision: 9, ballotsCast: 20 })
  })

  it('does not change when a message comes twice', () => {
    const once = foldResults(noResults, message(4, 13))
    expect(foldResults(once, message(4, 13))).toBe(once)
  })

  it('does not go back when a message comes late', () => {
    const newest = foldResults(noResults, message(9, 20))
    expect(foldResults(newest, message(8, 19))).toBe(newest)
  })

  it('counts the revisions that were passed over, each once', () => {
    const folded = [message(3, 12), message(7, 16, 3), message(7, 16, 3), message(9, 20, 1)].reduce(foldResults, noResults)
    expect(folded.skipped).toBe(4)
  })

  it('ends the same whatever repeats and delays the way adds', () => {
    const inOrder = [message(1, 1), message(2, 2), message(3, 3)].reduce(foldResults, noResults)
    const disturbed = [message(1, 1), message(3, 3), message(2, 2), message(1, 1), message(3, 3)].reduce(foldResults, noResults)
    expect(disturbed.results).toEqual(inOrder.results)
  })
})
