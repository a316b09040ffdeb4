import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findSmallCut, type Edge } from './small-cut.js'

const drawnEdges = fc.integer({ min: 2, max: 8 }).chain((sets) => fc.array(fc.record({ one: fc.nat(sets - 1), other: fc.nat(sets - 1), ballots: fc.integer({ min: 1, max: 6 }) }), { maxLength: 20 })
  .map((edges) => ({ sets, edges: edges.filter(({ one, other }) => one !== other) })))

/** Ballots between the sets of one side and all others. */
const across = (edges: readonly Edge[], side: ReadonlySet<number>): number => edges.reduce((sum, { one, other, ballots }) => side.has(one) === side.has(other) ? sum : sum + ballots, 0)

/** The least cut that divides a connected component, found by trying every side. */
function leastCut(sets: number, edges: readonly Edge[]): number {
  let least = Number.POSITIVE_INFINITY
  for (let bits = 1; bits < 2 ** sets - 1; bits += 1) {
    const ballots = across(edges, new Set(Array.from({ length: sets }, (_, set) => set).filter((set) => (bits >> set) % 2 === 1)))
    if (ballots > 0) least = Math.min(least, ballots)
  }
  return least
}

describe('a cut of few ballots', () => {
  test('is found wherever there is one, and nothing is found where there is none', () => {
    const met = { found: 0, none: 0, justFound: 0, justNone: 0 }
    fc.assert(fc.property(drawnEdges, fc.integer({ min: 2, max: 9 }), ({ sets, edges }, least) => {
      const side = findSmallCut(sets, edges, least)
      const truly = leastCut(sets, edges)
      expect(side !== undefined, `the least cut has ${truly} ballots`).toBe(truly < least)
      const ballots = side === undefined ? 1 : across(edges, new Set(side))
      expect([ballots > 0, ballots < least]).toEqual([true, true])
      met[side === undefined ? 'none' : 'found'] += 1
      met.justFound += truly === least - 1 ? 1 : 0
      met.justNone += truly === least ? 1 : 0
    }), { numRuns: 2_000 })
    expect(Math.min(...Object.values(met)), JSON.stringify(met)).toBeGreaterThan(20)
  })

  test('of the one bridge between two halls is found among a hundred thousand ballots', () => {
    const ring = (from: number, size: number): Edge[] => Array.from({ length: size }, (_, at) => ({ one: from + at, other: from + (at + 1) % size, ballots: 20 }))
    const edges = [...ring(0, 2_500), ...ring(2_500, 2_500), { one: 17, other: 2_600, ballots: 3 }]
    const side = findSmallCut(5_000, edges, 10)
    expect([side?.length, side === undefined ? 0 : across(edges, new Set(side))]).toEqual([2_500, 3])
    expect(findSmallCut(5_000, edges, 3)).toBeUndefined()
  })
})
