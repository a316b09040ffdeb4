import { expect, test } from 'vitest'
import { createUnconfirmedRevisions } from './unconfirmed-revisions.js'

const mark = (revision: number, publishedAt = revision * 1_000) => ({ revision, publishedAt })

test('a number that stands for another revision contradicts what was shown, one that is no longer kept does not', () => {
  const unconfirmed = createUnconfirmedRevisions()
  for (const revision of [3, 4, 5]) unconfirmed.note(mark(revision))
  expect(unconfirmed.numbers()).toEqual([3, 4, 5])
  expect(unconfirmed.areContradictedBy([mark(3), mark(5), mark(6)])).toBe(false)
  expect(unconfirmed.areContradictedBy([mark(3), mark(4, 4_001), mark(5)])).toBe(true)
})

test('what was confirmed is not asked for again, but for the last: what follows builds upon it', () => {
  const unconfirmed = createUnconfirmedRevisions()
  for (const revision of [3, 4, 5]) unconfirmed.note(mark(revision))
  unconfirmed.confirm(4)
  expect(unconfirmed.numbers()).toEqual([4, 5])
  expect(unconfirmed.areContradictedBy([mark(4, 1)])).toBe(true)
  unconfirmed.confirm(9)
  expect(unconfirmed.numbers()).toEqual([5])
})

test('more than are remembered are too many to be confirmed, until all are read anew', () => {
  const unconfirmed = createUnconfirmedRevisions(2)
  for (const revision of [1, 2]) unconfirmed.note(mark(revision))
  expect(unconfirmed.areTooMany).toBe(false)
  unconfirmed.note(mark(3))
  expect([unconfirmed.areTooMany, unconfirmed.numbers()]).toEqual([true, [1, 2]])
  unconfirmed.clear()
  expect([unconfirmed.areTooMany, unconfirmed.numbers()]).toEqual([false, []])
})
