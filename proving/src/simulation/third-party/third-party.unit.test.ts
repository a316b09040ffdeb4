import { expect, test } from 'vitest'
import { simulate } from '../simulate.js'

test.each([3, 6, 7, 12, 27])('in schedule %i another system hands ballots in, and each gets the verdict that it deserves', async (seed) => {
  const { handedIn, problems } = await simulate({ seed })
  expect(handedIn).toBeGreaterThan(0)
  expect(problems).toEqual([])
})

test('a schedule in which another system takes part replays, event for event', async () => {
  const [first, second] = [await simulate({ seed: 28 }), await simulate({ seed: 28, keepLines: true })]
  expect(first.handedIn).toBeGreaterThan(0)
  expect([second.digest, second.steps]).toEqual([first.digest, first.steps])
})

test.each([
  ['verdict before position', 6, /^record \d\/\d+ of ballots\.incoming has no verdict$/],
  ['repeats answered in every phase', 62, /^"key 1\/1" was told ELECTION_NOT_OPEN, and it is counted$/],
  ['participation key', 6, /^"other key 1\/0" was told ACCEPTED, and another ballot of its number is counted$/],
] as const)('without "%s" schedule %i ends with a verdict that is missing or wrong', async (guard, seed, problem) => {
  const { problems } = await simulate({ seed, without: [guard] })
  expect(problems).toContainEqual(expect.stringMatching(problem))
})
