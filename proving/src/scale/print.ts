import { describeMachine, table } from '@livetally/bench/parts'
import type { SizeReport } from './sizes.js'
import type { WorkersReport } from './workers.js'

export function printWorkers({ curve, comings, recounted }: WorkersReport): string {
  return [
    describeMachine(), '',
    table(
      ['worker processes', 'ballots/s', 'workers µs/ballot', 'Postgres µs/ballot', 'Kafka µs/ballot', 'boxes held'],
      curve.map(({ workers, ballotsPerSecond, workersUs, postgresUs, kafkaUs, boxes }) =>
        [String(workers), whole(ballotsPerSecond), workersUs.toFixed(1), postgresUs.toFixed(1), kafkaUs.toFixed(1), boxes.join(' + ')]),
    ), '',
    ...comings.map(({ when, boxes }) => `  ${when}: ${boxes.join(' + ')} boxes`),
    `  a recount of all ${whole(recounted)} ballots agrees`,
  ].join('\n')
}

export function printSize({ what, ballots, seconds, behindSeconds, memory, idleCores, databaseMiB, recountSeconds }: SizeReport): string {
  return [
    describeMachine(), '',
    `  ${what}: ${whole(ballots)} ballots in ${seconds.toFixed(1)} s, the last one published ${behindSeconds.toFixed(1)} s after it was cast`,
    '',
    table(['part', 'MiB at most (PSS)', 'cores when idle'], Object.keys(memory).map((name) => [name, whole(memory[name] ?? 0), (idleCores[name] ?? 0).toFixed(3)])),
    '',
    `  database ${whole(databaseMiB)} MiB; the recount agrees, in ${recountSeconds.toFixed(1)} s`,
  ].join('\n')
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
