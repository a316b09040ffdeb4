import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyElectionWithBallots } from '../elections-under-test.js'
import { nameCounts } from '../results/contest-counts.js'
import type { ContestShape } from '../structure/contest-shape.js'
import { contestWidth } from '../structure/layout.js'
import { VOTE_VARIATIONS } from '../vocabulary.js'
import { methodOf, METHODS } from './index.js'

function contest(variation: ContestShape['definition']['variation'], votesAllowed: number, numberElected = 1): ContestShape {
  const options = ['oats', 'rye', 'toast'].map((id) => ({ id, name: id, isWriteIn: false }))
  return {
    id: 'dish', votesAllowed, optionIndex: new Map(options.map(({ id }, at) => [id, at])),
    definition: { id: 'dish', title: 'Dish', reportingUnit: 'town', variation, votesAllowed, numberElected, options },
  }
}

function countsOf(shape: ContestShape, ballots: readonly (readonly string[])[]): number[] {
  const counts = Array.from({ length: contestWidth(shape) }, () => 0)
  for (const marks of ballots) {
    methodOf(shape).addMarks(shape, marks, 0, (place, amount) => { counts[place] = (counts[place] ?? 0) + amount })
  }
  return counts
}

test('what every method adds for ballots can be the sum of ballots, and one vote more cannot', () => {
  fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
    for (const shape of structure.contests.values()) {
      const counts = countsOf(shape, ballots.map(({ selections }) => selections[shape.id] ?? []))
      const named = nameCounts(counts)
      expect(named.ballots).toBe(ballots.length)
      expect(methodOf(shape).imbalanceOf(shape, named)).toBeUndefined()
      expect(methodOf(shape).imbalanceOf(shape, { ...named, votes: named.votes + 1 })).toContain(shape.id)
    }
  }))
})

describe.each(VOTE_VARIATIONS)('a contest of variation %s', (variation) => {
  test('asks for no more marks than it has options', () => {
    expect(METHODS[variation].problemsOf(contest(variation, 4).definition).at(-1)).toEqual({ field: 'votesAllowed', message: 'must be at most the number of options (3)' })
    expect(METHODS[variation].problemsOf(contest(variation, 1).definition)).toEqual([])
  })

  test('takes too many marks on paper as overvotes, and has voters at a screen mend them', () => {
    const shape = contest(variation, 1)
    expect(METHODS[variation].problemsOfMarks(shape, ['oats', 'rye'], 'ONLINE')).toEqual(['The contest "dish" allows 1 mark; 2 were made.'])
    expect(METHODS[variation].problemsOfMarks(shape, ['oats', 'rye'], 'ABSENTEE_MAIL')).toEqual([])
    expect(nameCounts(countsOf(shape, [['oats', 'rye']]))).toMatchObject({ ballots: 1, overvotes: 1, votes: 0 })
  })

  test('knows whether ballots are all alike, and adds nothing for an option that it does not have', () => {
    const shape = contest(variation, 1)
    expect(METHODS[variation].areAlike(shape, countsOf(shape, [['rye'], ['rye']]), 0, 2)).toBe(true)
    expect(METHODS[variation].areAlike(shape, countsOf(shape, [['rye'], ['oats']]), 0, 2)).toBe(false)
    expect(METHODS[variation].areAlike(shape, countsOf(shape, [['rye', 'oats'], []]), 0, 2)).toBe(false)
    expect(METHODS[variation].addMarks(shape, ['porridge'], 0, () => undefined)).toBe(false)
  })
})

test('a plurality contest allows one mark', () => {
  expect(METHODS.PLURALITY.problemsOf(contest('PLURALITY', 2).definition)).toEqual([{ field: 'votesAllowed', message: 'must be 1 in a plurality contest; use variation N_OF_M for more' }])
})

test('as many are elected as there are seats', () => {
  expect(METHODS.N_OF_M.findLead(contest('N_OF_M', 2, 2), [5, 9, 7]).elected).toEqual([1, 2])
})

test('where as many marks are allowed as there are options nobody can tell ballots apart, nor need they be', () => {
  const shape = contest('N_OF_M', 3)
  expect(METHODS.N_OF_M.areAlike(shape, countsOf(shape, [['oats'], ['oats']]), 0, 2)).toBe(false)
})
