import type { ChaosReport } from './chaos.js'
import { FINDING_MEANS, FINDINGS } from './checker/findings.js'
import { GOALS, isReached, timesByKind, type KindTimes, type Stage } from './recovery/goals.js'

/** The report for people: what was found (nothing, it is hoped), how soon everything was back, and the verdict last. */
export function printReport(report: ChaosReport): string {
  const { checked, recount } = report
  const times = timesByKind(report.recoveries)
  return [
    '',
    `${number(checked.accepted)} ballots were acknowledged, in ${number(checked.attempts)} requests (${number(checked.failures)} without an answer); viewers saw ${number(checked.frames)} frames of ${number(checked.revisions)} revisions.`,
    `${report.recoveries.length} faults were inflicted. The longest time in which no vote was accepted anywhere: ${seconds(report.longestSilenceMs)}.`,
    '',
    ...FINDINGS.flatMap((finding) => {
      const { count, examples } = checked.findings.all[finding]
      return [`  ${finding.padEnd(16)} ${number(count).padStart(6)}   ${FINDING_MEANS[finding]}`, ...examples.map((example) => `      ${example}`)]
    }),
    `  recount          ${recount.agrees ? 'agrees' : 'DIFFERS'}   ${number(recount.ballots)} ballots in the ledger, ${number(recount.publishedBallots)} published`,
    ...recount.checks.flatMap(({ says, problems }) => problems.slice(0, 5).map((problem) => `      ${says}: ${problem}`)),
    '',
    ...recoveryTable(times),
    '',
    ...GOALS.map((goal) => {
      const reached = isReached(goal, times)
      return `  ${reached === undefined ? '–' : reached ? '✔' : '✖'} ${goal.kind}: ${goal.stage} again within ${seconds(goal.withinMs)}`
    }),
    '',
    report.isDiskSmall ? 'The ledger lay on a small disk in memory.' : 'The ledger lay on the machine\'s disk; a full disk was not tried.',
    'Clocks did not jump: that is for the simulation (npm run simulate-faults).',
    `${report.isSound ? 'SOUND' : 'NOT SOUND'}, seed ${report.seed}`,
  ].join('\n')
}

const HEADS: readonly (readonly [Stage, string])[] = [['accepting', 'votes accepted'], ['relaying', 'relay'], ['counting', 'counting'], ['publishing', 'publishing']]

/** Median and worst, in seconds. */
function recoveryTable(times: readonly KindTimes[]): string[] {
  const rows = times.map(({ kind, done, alone, stages }) => [
    kind, `${alone} of ${done}`,
    ...HEADS.map(([stage]) => {
      const found = stages[stage]
      return found === undefined ? '–' : `${(found.medianMs / 1_000).toFixed(1)} / ${(found.worstMs / 1_000).toFixed(1)}`
    }),
  ])
  const table = [['back after (median / worst, s)', 'alone', ...HEADS.map(([, head]) => head)], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  return table.map((row) => `  ${row.map((cell, column) => column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)).join('   ')}`)
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
