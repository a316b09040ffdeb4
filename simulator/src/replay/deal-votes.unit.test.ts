import { array, assert, integer, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../electorate/random.js'
import { ballotsNeeded, dealVotes } from './deal-votes.js'

describe('dealing votes over ballots', () => {
  it('keeps every vote, never marks an option twice on a ballot, and never marks too many', () => {
    assert(property(array(nat(40), { minLength: 1, maxLength: 8 }), integer({ min: 1, max: 4 }), nat(10), integer(), (votes, votesAllowed, spare, seed) => {
      const ballots = ballotsNeeded({ votes, votesAllowed }) + spare
      const marks = Array.from({ length: ballots }, () => new Map<number, number>())
      dealVotes({ votes, votesAllowed }, ballots, createRandom(seed), (ballot, round, option) => { marks[ballot]?.set(round, option) })
      for (const [option, count] of votes.entries()) expect(marks.filter((rounds) => [...rounds.values()].includes(option)).length).toBe(count)
      for (const rounds of marks) {
        expect(rounds.size).toBeLessThanOrEqual(votesAllowed)
        expect(new Set(rounds.values()).size).toBe(rounds.size)
      }
    }))
  })
})
