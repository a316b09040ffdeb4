import { brief, describeGoals, type Goal } from '../goal.js'
import { describeMachine } from '../machine.js'
import { table } from '../table.js'
import type { AcceptRow } from './accept.js'

const JUDGED_BATCH = 200

export function acceptGoals(rows: readonly AcceptRow[]): Goal[] {
  const judged = rows.find(({ batch }) => batch === JUDGED_BATCH)
  if (judged === undefined) return []
  return [
    { what: `votes accepted at ${JUDGED_BATCH} a transaction`, value: judged.votesPerSecond, unit: '/s', bound: 'at least', aim: 15_000 },
    { what: `CPU of Node and Postgres per vote at ${JUDGED_BATCH} a transaction`, value: judged.nodeUs + judged.postgresUs, unit: ' µs', bound: 'at most', aim: 70 },
  ]
}

export function printAccept(rows: readonly AcceptRow[], { contests }: { contests: number }): string {
  return [
    `Accepting votes: cast_batch() alone, ballots of ${contests} contest${contests === 1 ? '' : 's'}, two connections, fsync on`,
    describeMachine(),
    '',
    table(
      ['a transaction', 'votes/s', 'p50 ms', 'p99 ms', 'Node µs', 'Postgres µs', 'together µs'],
      rows.map((row) => [String(row.batch), ...[row.votesPerSecond, row.p50, row.p99, row.nodeUs, row.postgresUs, row.nodeUs + row.postgresUs].map(brief)])),
    '',
    describeGoals(acceptGoals(rows)),
  ].join('\n')
}
