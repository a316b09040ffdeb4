import { expect, test } from 'vitest'
import { isReached } from '../goal.js'
import { latencyGoals } from './print.js'

test('the path from ledger to results is judged by workers and Kafka together, in per cent of a core', () => {
  const process = { cpuPerBallotUs: 1, residentMiB: 1 }
  const goals = latencyGoals({
    ballots: 1, messages: 1, published: { p50: 61, p95: 90, p99: 150, max: 200 }, accepted: { p50: 1, p95: 1, p99: 1 },
    processes: [{ name: 'api', cores: 0.9, idleCores: 0.2, ...process }, { name: 'workers', cores: 0.4, idleCores: 0.04, ...process }, { name: 'Kafka', cores: 0.19, idleCores: 0.07, ...process }],
  })
  expect(goals.map(({ value }) => Math.round(value))).toEqual([61, 150, 59, 11])
  expect(goals.map(isReached)).toEqual([false, true, true, false])
})
