import { describe, expect, it } from 'vitest'
import type { TimelineWindow } from './documents.js'
import { linePoints, offeredFor, TREND_KINDS, windowFor, windowInput } from './series.js'

const minute = 60_000
const noon = Date.UTC(2026, 10, 3, 12)
const at = (minutes: number) => new Date(noon + minutes * minute).toISOString()
const window = (from: number, to: number, apple: number): TimelineWindow => ({ start: at(from), end: at(to), ballots: apple, isFinal: false, late: 0, totals: [{ option: { id: 'apple' }, votes: apple }] })
const minutes = (points: readonly (readonly [number, number])[]) => points.map(([time, votes]) => [(time - noon) / minute, votes])

describe('votes over time', () => {
  it('of windows stand where each begins, until the last ends', () => {
    expect(minutes(linePoints('tumbling', [window(0, 1, 3), window(1, 2, 0), window(2, 3, 4)], 'apple'))).toEqual([[0, 3], [1, 0], [2, 4], [3, 4]])
  })
  it('of a total begin with nothing', () => {
    expect(minutes(linePoints('cumulative', [window(0, 1, 3), window(0, 2, 7)], 'apple'))).toEqual([[0, 0], [1, 3], [2, 7]])
  })
  it('of a moving sum stand where each ends', () => {
    const hops = [-2, -1, 0, 1].map((start) => window(start, start + 3, start + 4))
    expect(minutes(linePoints('hopping', hops, 'apple')), 'the minute from 1 to 2 is still filling').toEqual([[1, 2]])
    expect(minutes(linePoints('hopping', hops.map((hop) => ({ ...hop, isFinal: true })), 'apple')), 'and has been filled').toEqual([[1, 2], [2, 3]])
  })
  it('are nothing between two sessions, and end at the height of the last one', () => {
    expect(minutes(linePoints('session', [window(0, 2, 3), window(9, 10, 4)], 'apple'))).toEqual([[0, 0], [0, 3], [2, 3], [2, 0], [9, 0], [9, 4], [10, 4]])
  })
  it('are none before the first vote, and zero for an option without votes', () => {
    for (const kind of TREND_KINDS) expect(linePoints(kind, [], 'apple')).toEqual([])
    expect(minutes(linePoints('hopping', [window(0, 1, 3)], 'pear'))).toEqual([[1, 0]])
  })
  it.each([
    ['a quarter of an hour', 15 * minute, 10, 60],
    ['two hours', 120 * minute, 60, 900],
    ['ten hours', 600 * minute, 300, 3_600],
    ['four weeks', 28 * 1_440 * minute, 86_400, 86_400],
  ])('have a readable length for %s', (_span, span, side, moving) => {
    expect([windowFor('tumbling', span), windowFor('hopping', span)]).toEqual([side, moving])
    expect(windowFor('session', span)).toBe(Math.max(side, 300))
  })
  it('are offered in no more windows than the server gives', () => {
    expect(offeredFor('tumbling', 10 * 3_600_000)).toEqual([300, 900, 3_600, 86_400])
    expect(offeredFor('hopping', 15 * minute)).toEqual([60, 300, 900, 3_600, 86_400])
  })
  it('are asked for in the words of the server', () => {
    expect(TREND_KINDS.map((kind) => windowInput(kind, 3_600))).toEqual([
      { kind: 'CUMULATIVE', size: 'PT3600S' }, { kind: 'TUMBLING', size: 'PT3600S' }, { kind: 'HOPPING', size: 'PT3600S', advance: 'PT600S' }, { kind: 'SESSION', gap: 'PT3600S' },
    ])
  })
})
