import { brief, describeGoals, type Goal } from '../goal.js'
import { describeMachine } from '../machine.js'
import { table } from '../table.js'
import { exponentOf } from './exponent.js'
import type { Milestone } from './growth.js'
import type { SinkOptions, SinkReport } from './sink.js'
import type { Storage } from './storage.js'

const contestsOf = (count: number): string => count === 1 ? 'one contest' : `${count} contests`

const bytesOf = (parts: Storage): number => parts.reduce((sum, { bytesPerBallot }) => sum + bytesPerBallot, 0)

const cpuMs = ({ nodeMs, postgresMs }: Milestone): number => nodeMs + postgresMs

export function sinkGoals({ flushes, milestones, storage }: SinkReport): Goal[] {
  const [least, most] = [milestones[0], milestones.at(-1)]
  return [
    ...flushes.slice(-1).map(({ rows, ratio }): Goal => ({ what: `the worker's transaction of ${brief(rows)} rows against plain inserts`, value: ratio, unit: ' × as fast', bound: 'at least', aim: 0.85 })),
    ...storage.map(({ contests, parts }): Goal => ({ what: `in Postgres per ballot of ${contestsOf(contests)}, participation and indexes included`, value: bytesOf(parts), unit: ' bytes', bound: 'at most', aim: 500 })),
    ...least === undefined || most === undefined ? [] : [{
      what: `exponent of the CPU time from ${brief(least.ballots)} to ${brief(most.ballots)} ballots`, value: exponentOf(milestones.map((one) => ({ x: one.ballots, y: cpuMs(one) }))), unit: '', bound: 'at most', aim: 1.1,
    } as const],
  ]
}

export function printSink(report: SinkReport, { contests }: Pick<SinkOptions, 'contests'>): string {
  return [
    `Writing to Postgres: ballots of ${contestsOf(contests)}, fsync on`,
    describeMachine(),
    '',
    'The worker\'s transaction (positions moved under the epoch, ledger\'s digest compared, absolutes written) against plain inserts of the same rows by unnest, by turns',
    table(
      ['ballots a flush', 'rows', 'ours rows/s', 'plain rows/s', 'ratio', 'ours µs CPU/row', 'plain µs CPU/row'],
      report.flushes.map((row) => [row.ballots, row.rows, row.ours, row.plain, row.ratio, row.oursCpuUs, row.plainCpuUs].map(brief))),
    '',
    'Ballots cast by cast_batch, 200 a transaction, two connections: what it had cost to come so far',
    table(
      ['ballots', 'votes/s', 'Node µs', 'Postgres µs', 'together µs'],
      report.milestones.map((one) => [brief(one.ballots), ...[one.ballots / (one.wallMs / 1_000), (one.nodeMs * 1_000) / one.ballots, (one.postgresMs * 1_000) / one.ballots, (cpuMs(one) * 1_000) / one.ballots].map(brief)])),
    '',
    ...report.storage.flatMap(({ contests, parts }) => [
      `Bytes per ballot of ${contestsOf(contests)}: ${parts.map(({ name, bytesPerBallot }) => `${name} ${brief(bytesPerBallot)}`).join(' · ')} · together ${brief(bytesOf(parts))}`,
    ]),
    '',
    describeGoals(sinkGoals(report)),
  ].join('\n')
}
