import { brief, describeGoals, type Goal } from '../goal.js'
import { describeMachine } from '../machine.js'
import { table } from '../table.js'
import type { LatencyOptions, LatencyReport, ProcessCost } from './latency.js'

/** What carries a vote from the ledger to the results: relay, tabulator and publisher share the worker process. */
const PATH: ReadonlySet<string> = new Set(['workers', 'Kafka'])

export function latencyGoals({ published, processes }: LatencyReport): Goal[] {
  const onPath = (of: (process: ProcessCost) => number): number => processes.reduce((sum, process) => PATH.has(process.name) ? sum + of(process) : sum, 0) * 100
  return [
    { what: 'p50 from the answer of castVote to the subscriber', value: published.p50, unit: ' ms', bound: 'at most', aim: 60 },
    { what: 'p99 of the same', value: published.p99, unit: ' ms', bound: 'at most', aim: 150 },
    { what: 'relay, Kafka, tabulator and publisher under this load', value: onPath(({ cores }) => cores), unit: ' % of a core', bound: 'at most', aim: 60 },
    { what: 'the same with nothing to do', value: onPath(({ idleCores }) => idleCores), unit: ' % of a core', bound: 'at most', aim: 10 },
  ]
}

/** The report for a terminal, with what was aimed at beside what was reached. */
export function printLatency(report: LatencyReport, { rate, direct, seconds, viewers }: LatencyOptions): string {
  const { published, accepted, processes, released: { ballots, held, places, releaseSize, ...released } } = report
  const row = (name: string, { cpuPerBallotUs, cores, idleCores, residentMiB }: Omit<ProcessCost, 'name'>): string[] => [name, ...[cpuPerBallotUs, cores * 100, idleCores * 100, residentMiB].map(brief)]
  const sum = (of: (process: ProcessCost) => number): number => processes.reduce((total, process) => total + of(process), 0)
  const together = { cpuPerBallotUs: sum((one) => one.cpuPerBallotUs), cores: sum((one) => one.cores), idleCores: sum((one) => one.idleCores), residentMiB: sum((one) => one.residentMiB) }
  const figures = (of: Record<string, number>): string => Object.entries(of).map(([name, ms]) => `${name} ${brief(ms)} ms`).join(' · ')
  return [
    `Latency at ${rate} ballots/s for ${seconds} s with ${viewers} viewer${viewers === 1 ? '' : 's'}: ${Math.min(direct, rate)} a second by castVote, one request each, the rest by castVotes, 50 in a request`,
    describeMachine(),
    '',
    `From the answer of castVote to the message at a subscriber that contains the ballot: ${figures(published)}`,
    `From the same to the message with its choices, which come in groups of ${releaseSize} or more of ${places} places: ${figures(released)} (${ballots.toLocaleString('en')} ballots${held === 0 ? '' : `; ${held} were still held back at the end`})`,
    `From sending castVote to its answer (synced to disk): ${figures(accepted)}`,
    `Messages to each subscriber: ${(report.messages / seconds).toFixed(1)} a second`,
    '',
    table(['process', 'µs CPU/ballot', '% of a core', '% idle', 'MiB'], [...processes.map((process) => row(process.name, process)), row('together', together)]),
    '',
    describeGoals(latencyGoals(report)),
  ].join('\n')
}
