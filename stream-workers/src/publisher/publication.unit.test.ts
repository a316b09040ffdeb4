import type { Revision } from '@livetally/core/store'
import { describe, expect, test } from 'vitest'
import { afterCommit, afterUnconfirmedCommit, isNews, planRevision, staysFinal, takeOverPublication, type Publication } from './publication.js'

const CLAIM = { election: 1, epoch: 3, lastRevision: 7, producedRevision: 7 }
const vector = [{ box: 0, generation: 1, nextSeq: 40, sealedSeq: null }]

function revision(number: number, change: Partial<Revision> = {}): Revision {
  return { election: 1, revision: number, publishedAt: number * 1_000, status: 'UNOFFICIAL_PARTIAL', asOf: 500, finalUntil: null, isFull: false, vector, rows: [], ...change }
}

const facts = { status: 'UNOFFICIAL_PARTIAL', newestAt: 500, finalUntil: null, vector, hasChanges: false } as const
const own = (change: Partial<Publication> = {}): Publication => ({ ...afterCommit(takeOverPublication(CLAIM, undefined, 0, 0), revision(8, { isFull: true })), ...change })

describe('the next revision', () => {
  test('of a new owner says everything, under a number that nobody has seen', () => {
    expect(planRevision(takeOverPublication(CLAIM, revision(7), 0, 0), 10)).toEqual({ number: 8, isFull: true })
    expect(planRevision(takeOverPublication(CLAIM, revision(7), 19, 0), 10)).toEqual({ number: 20, isFull: true })
  })

  test('says what changed, and everything again after two hundred of them', () => {
    expect(planRevision(own(), 10)).toEqual({ number: 9, isFull: false })
    expect(planRevision(own({ revision: 206, greatest: 206 }), 10)).toEqual({ number: 207, isFull: false })
    expect(planRevision(own({ revision: 207, greatest: 207 }), 10)).toEqual({ number: 208, isFull: true })
  })

  test('says everything where the changes outweigh it', () => {
    expect(planRevision(own({ rowsSinceFull: 1_020 }), 10).isFull).toBe(false)
    expect(planRevision(own({ rowsSinceFull: 1_021 }), 10).isFull).toBe(true)
  })

  test('after a commit without an answer skips its number, and says everything', () => {
    expect(planRevision(afterUnconfirmedCommit(own(), revision(9)), 10)).toEqual({ number: 10, isFull: true })
  })
})

describe('there is news', () => {
  test('for a new owner, whatever was published before', () => {
    expect(isNews(takeOverPublication(CLAIM, revision(7), 0, 0), facts)).toBe(true)
  })

  test('when counts, status or generations change, and not otherwise', () => {
    expect(isNews(own(), facts)).toBe(false)
    expect(isNews(own(), { ...facts, hasChanges: true })).toBe(true)
    expect(isNews(own(), { ...facts, status: 'UNOFFICIAL_COMPLETE' })).toBe(true)
    expect(isNews(own(), { ...facts, vector: [{ box: 0, generation: 2, nextSeq: 40, sealedSeq: null }] })).toBe(true)
    expect(isNews(own(), { ...facts, vector: [{ box: 0, generation: 1, nextSeq: 41, sealedSeq: null }] }), 'an entry that counts nothing').toBe(false)
  })

  test('when a window that holds ballots becomes final', () => {
    expect(isNews(own(), { ...facts, finalUntil: 10_000 })).toBe(true)
    expect(isNews(own({ finalUntil: 10_000 }), { ...facts, finalUntil: 20_000 }), 'of no ballots').toBe(false)
  })
})

test('what was final stays final, whatever a successor knows of floors', () => {
  expect(staysFinal(own({ finalUntil: 20_000 }), null)).toBe(20_000)
  expect(staysFinal(own({ finalUntil: 20_000 }), 10_000)).toBe(20_000)
  expect(staysFinal(own({ finalUntil: 20_000 }), 30_000)).toBe(30_000)
  expect(staysFinal(own(), 10_000)).toBe(10_000)
})

test('rows are counted from the last full revision on', () => {
  const rows = Array.from({ length: 3 }, (_, at) => ({ view: 'eligible' as const, key: `u${at}`, counts: [1] }))
  const twice = afterCommit(afterCommit(own(), revision(9, { rows })), revision(10, { rows }))
  expect([twice.rowsSinceFull, twice.lastFull]).toEqual([6, 8])
  const full = afterCommit(twice, revision(11, { rows, isFull: true }))
  expect([full.rowsSinceFull, full.lastFull]).toEqual([0, 11])
})
