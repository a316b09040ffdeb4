import { compileStructure, type Election } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { benchElection } from '../election/bench-election.js'
import { expectedCounts } from './backlog.js'

test('the counts that every contestant must come to account for every ballot in every contest', () => {
  const structure = compileStructure(benchElection({ contests: 3, boxes: 8 }))
  const election: Election = { key: 1, slug: 'bench', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(0), structure }
  const [ballots, ...contests] = expectedCounts(election, 500)
  expect(ballots).toBe(500)
  for (let at = 0; at < contests.length; at += 8) {
    const [cast, undervotes = 0, overvotes, ...options] = contests.slice(at, at + 8)
    expect([cast, overvotes, undervotes + options.reduce((sum, votes) => sum + votes, 0)]).toEqual([500, 0, 500])
  }
  expect(contests).toHaveLength(24)
})
