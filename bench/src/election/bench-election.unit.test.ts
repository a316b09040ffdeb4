import { compileStructure, createTally } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { benchBallot, benchElection } from './bench-election.js'

const structure = compileStructure(benchElection({ contests: 3, boxes: 8 }))
const ballots = Array.from({ length: 2_000 }, (_, at) => benchBallot(structure, at))

describe('the election of the benchmarks', () => {
  test('gives the same ballot for the same number', () => {
    expect(benchBallot(structure, 77)).toEqual(ballots[77])
  })

  test('fills every box, every precinct, and every option of every contest', () => {
    expect(new Set(ballots.map(({ box }) => box)).size).toBe(8)
    expect(new Set(ballots.map(({ unit }) => unit)).size).toBe(64)
    expect(new Set(ballots.flatMap(({ selections }) => Object.values(selections).flat())).size).toBe(15)
    expect(ballots.some(({ selections }) => Object.keys(selections).length < 3)).toBe(true)
  })

  test('has only ballots that count', () => {
    const tally = createTally(structure)
    for (const [seq, { box: _, ...ballot }] of ballots.entries()) expect(tally.add({ kind: 'BALLOT', seq, castAt: seq, commitment: '0'.repeat(64), ...ballot })).toBe(true)
  })
})
