import { expect, test } from 'vitest'
import { isReached } from '../goal.js'
import { acceptGoals } from './print.js'

test('accepting votes is judged at 200 a transaction, by speed and by what Node and Postgres need together', () => {
  const row = { votes: 1_000, p50: 1, p99: 2 }
  const goals = acceptGoals([{ batch: 20, votesPerSecond: 90_000, nodeUs: 1, postgresUs: 1, ...row }, { batch: 200, votesPerSecond: 15_000, nodeUs: 12, postgresUs: 60, ...row }])
  expect(goals.map(isReached)).toEqual([true, false])
})
