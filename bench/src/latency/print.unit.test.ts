import { expect, test } from 'vitest'
import { isReached } from '../goal.js'
import { latencyGoals, printLatency } from './print.js'
import type { LatencyReport } from './latency.js'

const process = { cpuPerBallotUs: 1, residentMiB: 1 }
const report: LatencyReport = {
  ballots: 1, messages: 1, published: { p50: 61, p95: 90, p99: 150, max: 200 }, accepted: { p50: 1, p95: 1, p99: 1 },
  released: { p50: 620, p95: 1_100, p99: 1_800, max: 2_400, ballots: 5_000, held: 3, places: 40, releaseSize: 10 },
  processes: [{ name: 'api', cores: 0.9, idleCores: 0.2, ...process }, { name: 'workers', cores: 0.4, idleCores: 0.04, ...process }, { name: 'Kafka', cores: 0.19, idleCores: 0.07, ...process }],
}

test('the path from ledger to results is judged by workers and Kafka together, in per cent of a core', () => {
  const goals = latencyGoals(report)
  expect(goals.map(({ value }) => Math.round(value))).toEqual([61, 150, 59, 11])
  expect(goals.map(isReached)).toEqual([false, true, true, false])
})

test('the report says how long turnout takes, how long choices, and how many were held back to the end', () => {
  const text = printLatency(report, { rate: 1_000, direct: 200, seconds: 30, viewers: 100 })
  expect(text).toContain('message at a subscriber that contains the ballot: p50 61 ms')
  expect(text).toContain('groups of 10 or more of 40 places: p50 620 ms · p95 1,100 ms · p99 1,800 ms · max 2,400 ms (5,000 ballots; 3 were still held back at the end)')
})
