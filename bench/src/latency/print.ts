import { describeMachine } from '../machine.js'
import type { LatencyOptions, LatencyReport } from './latency.js'

const AIM = { p50: 100, p99: 300 }

/** The report for a terminal, with what was aimed at beside what was reached. */
export function printLatency(report: LatencyReport, { rate, seconds, viewers }: LatencyOptions): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`
  const verdict = (value: number, aim: number): string => value <= aim ? `within the aim of ${aim} ms` : `ABOVE the aim of ${aim} ms`
  const { published, accepted } = report
  const sum = (of: (process: LatencyReport['processes'][number]) => number): number => report.processes.reduce((total, process) => total + of(process), 0)
  const row = (name: string, cpu: number, cores: number, idle: number, memory: number): string =>
    `  ${name.padEnd(10)}${cpu.toFixed(0).padStart(10)}${(cores * 100).toFixed(1).padStart(12)}${(idle * 100).toFixed(1).padStart(12)}${memory.toFixed(0).padStart(10)}`
  return [
    `Latency at ${rate} ballots/s for ${seconds} s, ${viewers} viewer${viewers === 1 ? '' : 's'}: ${report.ballots.toLocaleString('en')} ballots, one castVote request each`,
    describeMachine(),
    '',
    'From the answer of castVote to the message at a subscriber that contains the ballot:',
    `  p50 ${ms(published.p50)} (${verdict(published.p50, AIM.p50)}) · p95 ${ms(published.p95)} · p99 ${ms(published.p99)} (${verdict(published.p99, AIM.p99)}) · max ${ms(published.max)}`,
    `From sending castVote to its answer (synced to disk): p50 ${ms(accepted.p50)} · p95 ${ms(accepted.p95)} · p99 ${ms(accepted.p99)}`,
    `Messages to the subscriber: ${(report.messages / seconds).toFixed(1)} a second`,
    '',
    '  process    µs CPU/ballot  % of a core    % idle       MiB',
    ...report.processes.map((process) => row(process.name, process.cpuPerBallotUs, process.cores, process.idleCores, process.residentMiB)),
    row('together', sum((one) => one.cpuPerBallotUs), sum((one) => one.cores), sum((one) => one.idleCores), sum((one) => one.residentMiB)),
  ].join('\n')
}
