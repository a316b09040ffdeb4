import { describe, expect, test } from 'vitest'
import { isReached } from '../goal.js'
import { sinkGoals } from './print.js'
import type { SinkReport } from './sink.js'

const milestone = (ballots: number, cpuMs: number) => ({ ballots, nodeMs: cpuMs / 4, postgresMs: (cpuMs * 3) / 4, wallMs: cpuMs })
const flush = (rows: number, ratio: number) => ({ ballots: rows, rows, ratio, ours: 1, plain: 1, oursCpuUs: 1, plainCpuUs: 1 })
const report: SinkReport = {
  flushes: [flush(20, 0.4), flush(8_000, 0.9)],
  milestones: [milestone(1, 10), milestone(2, 20), milestone(4, 40)],
  storage: [{ contests: 1, parts: [{ name: 'box_entry', bytesPerBallot: 300 }, { name: 'participation', bytesPerBallot: 199 }] }],
}

describe('the goals of what rests in Postgres', () => {
  test('ask for the largest flush, all tables and indexes together, and how the cost grows', () => {
    expect(sinkGoals(report).map((goal) => [goal.value, isReached(goal)])).toEqual([[0.9, true], [499, true], [expect.closeTo(1), true]])
  })

  test('are missed by a slow flush, fat ballots, and a cost that grows faster than the ballots', () => {
    const poor: SinkReport = { flushes: [flush(8_000, 0.8)], storage: [{ contests: 1, parts: [{ name: 'box_entry', bytesPerBallot: 501 }] }], milestones: [milestone(1, 10), milestone(2, 22), milestone(4, 49)] }
    expect(sinkGoals(poor).map(isReached)).toEqual([false, false, false])
  })
})
