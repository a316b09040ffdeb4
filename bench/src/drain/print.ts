import { brief, describeGoals, type Goal } from '../goal.js'
import { describeMachine } from '../machine.js'
import { table } from '../table.js'
import type { DrainReport } from './drain.js'
import { wholeCost, type RaceResult } from './race.js'

/** Compared is all that a ballot costs, servers included: the tabulator's sink is Postgres, that of Kafka Streams is the broker. */
export function drainGoals({ contests, results, secret, beside }: DrainReport): Goal[] {
  const [ours] = results
  const perBallot = `CPU per ballot of ${contests === 1 ? 'one contest' : `${contests} contests`}`
  const peer = (name: string): RaceResult | undefined => results.find((result) => result.name === name)
  const against = (what: string, other: RaceResult | undefined, aim: number): Goal[] => ours === undefined || other === undefined
    ? []
    : [{ what: `${perBallot} against ${what}`, value: wholeCost(ours) / wholeCost(other), unit: ' ×', bound: 'at most', aim }]
  return [
    ...against('Kafka Streams, DSL', peer('Kafka Streams, DSL'), 1 / 3),
    ...against('Kafka Streams, tuned', peer('Kafka Streams, tuned'), 1),
    ...against('a kafkajs loop with JSON.parse', peer('kafkajs eachBatch, JSON.parse'), 2),
    ...ours === undefined ? [] : [
      { what: `${perBallot}, secret against open`, value: wholeCost(secret) / wholeCost(beside), unit: ' ×', bound: 'at most', aim: 1.25 } as const,
      { what: 'memory of the tabulator', value: ours.peakMiB, unit: ' MiB', bound: 'at most', aim: 200 } as const,
      { what: 'the same with secret ballots', value: secret.peakMiB, unit: ' MiB', bound: 'at most', aim: 200 } as const,
    ],
  ]
}

export function printDrain(reports: readonly DrainReport[]): string {
  return [describeMachine(), ...reports.flatMap((report) => [
    '',
    `A backlog of ${report.ballots.toLocaleString('en')} ballots of ${report.contests === 1 ? 'one contest' : `${report.contests} contests`}, counted by place, age group and 10 s window`,
    table(
      ['', 'ballots/s', 'own µs', 'Postgres µs', 'Kafka µs', 'together µs', 'ours/its', 'peak MiB'],
      [...report.results, report.secret, { ...report.beside, name: `${report.beside.name}, right after them` }].map((result) => [
        result.name, ...[result.ballotsPerSecond, result.ownUs, result.postgresUs, result.kafkaUs, wholeCost(result)].map(brief),
        ratio(report.results[0], result), brief(result.peakMiB),
      ])),
    ...report.withoutStreams === undefined ? [] : [`  Kafka Streams did not take part: ${report.withoutStreams}`],
    '',
    describeGoals(drainGoals(report)),
  ])].join('\n')
}

function ratio(ours: RaceResult | undefined, other: RaceResult): string {
  return ours === undefined ? '' : brief(wholeCost(ours) / wholeCost(other))
}
