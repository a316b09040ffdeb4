import type { ResultsStatus } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { judgeRevisions } from './judge-revisions.js'

const revision = (number: number, status: ResultsStatus, finalUntil: number | null, ...positions: number[]) =>
  ({ revision: number, publishedAt: 0, status, asOf: null, finalUntil, vector: positions.map((nextSeq, box) => ({ box, generation: 1, nextSeq, sealedSeq: null })) })

test('revisions that say what is true of themselves, one after the other, are well', () => {
  expect(judgeRevisions([revision(1, 'UNOFFICIAL_PARTIAL', null, 1, 0), revision(2, 'UNOFFICIAL_PARTIAL', 10, 3, 0), revision(3, 'UNOFFICIAL_COMPLETE', 10, 5, 0), revision(5, 'CERTIFIED', 90, 5, 0)], [5, 0])).toEqual([])
})

test('a status that was too early or is taken back is found also where the last revision is well', () => {
  expect(judgeRevisions([revision(1, 'UNOFFICIAL_COMPLETE', null, 4, 0), revision(2, 'UNOFFICIAL_PARTIAL', null, 5, 0), revision(3, 'UNOFFICIAL_COMPLETE', null, 5, 0)], [5, null]))
    .toEqual(['revision 1: it is UNOFFICIAL_COMPLETE, and box 0 does not reach its seal', 'revision 2: it is UNOFFICIAL_PARTIAL, and the one before was UNOFFICIAL_COMPLETE'])
})

test('windows that were final and are not any more are found, and so is finality that nobody can tell any more', () => {
  const of = (...finals: readonly (number | null)[]) => judgeRevisions(finals.map((finalUntil, at) => revision(at + 1, 'UNOFFICIAL_PARTIAL', finalUntil, at, 0)), [null, null])
  expect(of(10, 20, 10, 30)).toEqual(['revision 3: what is final went back from 20 to 10'])
  expect(of(null, 20, null)).toEqual(['revision 3: what is final went back from 20 to -Infinity'])
})
