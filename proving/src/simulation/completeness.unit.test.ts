import type { ResultsStatus } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { judgeStatus } from './completeness.js'

const facts = (status: ResultsStatus, ...positions: number[]) =>
  ({ revision: 7, publishedAt: 0, status, asOf: null, finalUntil: 0, vector: positions.map((nextSeq, box) => ({ box, generation: 1, nextSeq, sealedSeq: null })) })

test.each([
  ['partial results of open boxes are partial', facts('UNOFFICIAL_PARTIAL', 3, 4, 0), [null, null, null], 0],
  ['results that reach the seals of both ballot boxes are complete', facts('UNOFFICIAL_COMPLETE', 5, 6, 0), [5, 6, null], 0],
  ['results one ballot short are not complete', facts('UNOFFICIAL_COMPLETE', 5, 5, 0), [5, 6, null], 1],
  ['results of a box that is still open are not complete', facts('CORRECTION', 5, 6, 1), [5, null, null], 1],
  ['a correction leaves complete results complete', facts('CORRECTION', 5, 6, 1), [5, 6, null], 0],
  ['certified results hold every correction', facts('CERTIFIED', 5, 6, 2), [5, 6, 2], 0],
  ['results without the last correction are not certified', facts('CERTIFIED', 5, 6, 1), [5, 6, 2], 1],
  ['results are not certified while corrections may come', facts('CERTIFIED', 5, 6, 2), [5, 6, null], 1],
] as const)('%s', (_, now, seals, problems) => {
  expect(judgeStatus(now, undefined, seals)).toHaveLength(problems)
})

test('results that were complete do not become partial again, and certified ones nothing else', () => {
  const [partial, complete, corrected, certified] = [facts('UNOFFICIAL_PARTIAL', 5, 6, 0), facts('UNOFFICIAL_COMPLETE', 5, 6, 0), facts('CORRECTION', 5, 6, 0), facts('CERTIFIED', 5, 6, 0)]
  const seals = [5, 6, 0]
  expect(judgeStatus(partial, complete, seals)).toHaveLength(1)
  expect(judgeStatus(complete, partial, seals)).toEqual([])
  expect(judgeStatus(certified, corrected, seals)).toEqual([])
  expect(judgeStatus(corrected, certified, seals)).toHaveLength(1)
})
