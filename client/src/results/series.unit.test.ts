import { describe, expect, it } from 'vitest'
import { accumulate, fillWindows, windowFor } from './series.js'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 3, 12, minute)).toISOString()
const window = (minute: number, apple: number) => ({ start: at(minute), end: at(minute + 1), ballots: apple, totals: [{ option: { id: 'apple' }, votes: apple }] })

describe('votes over time', () => {
  it('shows a minute without a vote as zero', () => {
    expect(fillWindows([window(0, 3), window(2, 4)], 60).map((point) => point.ballots)).toEqual([3, 0, 4])
  })
  it('puts windows in order', () => {
    expect(fillWindows([window(1, 4), window(0, 3)], 60).map((point) => point.ballots)).toEqual([3, 4])
  })
  it('is empty before the first vote', () => expect(fillWindows([], 60)).toEqual([]))
  it('keeps the newest windows where there are very many', () => {
    const points = fillWindows([window(0, 1), window(6_000, 2)], 60)
    expect(points.length).toBeLessThanOrEqual(481)
    expect(points.at(-1)?.ballots).toBe(2)
  })
  it('adds up to the total', () => {
    const points = accumulate(fillWindows([window(0, 3), window(2, 4)], 60))
    expect(points.map((point) => point.votes.get('apple'))).toEqual([3, 3, 7])
  })
  it.each([
    ['a quarter of an hour', 15 * 60_000, 10],
    ['two hours', 2 * 3_600_000, 60],
    ['ten hours', 10 * 3_600_000, 300],
    ['four weeks', 28 * 86_400_000, 86_400],
  ])('chooses a readable window for %s', (_span, span, seconds) => expect(windowFor(span)).toBe(seconds))
})
