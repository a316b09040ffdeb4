import { describeMachine, table } from '@livetally/bench/parts'
import type { AttackTally } from './attacks/attack.js'
import type { SoakReport } from './soak.js'

/** The report for people: what the others felt of the attacks, what the attackers met with, and the verdict last. */
export function printReport(report: SoakReport): string {
  const { memory, published, answered } = report
  return [
    describeMachine(), '',
    `${whole(report.accepted)} of ${whole(report.cast)} votes were accepted in ${report.seconds} s; ${report.viewers - report.viewersEnded.length} of ${report.viewers} viewers stayed.`,
    `From sending castVote to its answer: ${times(answered)}`,
    `From the answer to the viewer: ${times(published)}`,
    `The API ${report.isSameProcess ? 'was the same process throughout' : 'DIED AND WAS STARTED AGAIN'}; memory ${whole(memory.early)} MiB in the second quarter, ${whole(memory.late)} MiB in the last, ${whole(memory.most)} MiB at most.`,
    ...report.refusals.map((answer) => `  refused: ${answer}`),
    ...report.viewersEnded.map((reason) => `  a viewer was cut off: ${reason}`),
    ...report.errors.map((line) => `  logged: ${line.slice(0, 300)}`),
    '',
    table(['attack', 'tries', 'met with'], Object.entries(report.attacks).map(([name, tally]) => [name, whole(tally.tries), outcomes(tally)])),
    '',
    report.isSound ? 'SOUND' : 'NOT SOUND',
  ].join('\n')
}

function outcomes({ met }: AttackTally): string {
  return Object.entries(met).toSorted(([, one], [, other]) => other - one).map(([what, count]) => `${what} × ${whole(count)}`).join(', ')
}

function times({ p50, p99, max }: { p50: number, p99: number, max: number }): string {
  return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ${max.toFixed(0)} ms at most`
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
