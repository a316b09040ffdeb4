import type { ChaosReport } from './chaos.js'
import { FINDING_MEANS, FINDINGS } from './checker/findings.js'
import { GOALS, heldAgainst, timesByKind, type KindTimes, type Reached, type Stage } from './recovery/goals.js'
import type { VotesWhile } from './recovery/votes-while.js'

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
    ...recount.unpublishedBreakdowns.map((names) => `      the breakdown by ${names} was never published`),
    ...recount.checks.flatMap(({ says, problems }) => problems.slice(0, 5).map((problem) => `      ${says}: ${problem}`)),
    '',
    ...recoveryTable(times),
    '',
    ...heldAgainst(GOALS, times).map(goalLine),
    ...(report.whileKafkaAway === undefined ? [] : [awayLine(report.whileKafkaAway)]),
    '',
    report.isDiskSmall ? 'The ledger lay on a small disk in memory.' : 'The ledger lay on the machine\'s disk; a full disk was not tried.',
    `${report.isSound ? 'SOUND' : 'NOT SOUND'}, seed ${report.seed}`,
  ].join('\n')
}

const HEADS: readonly (readonly [Stage, string])[] = [['accepting', 'votes accepted'], ['relaying', 'relay'], ['counting', 'counting'], ['publishing', 'publishing']]

function goalLine({ goal: { kind, stage, withinMs }, worst }: Reached): string {
  const goal = `${kind}: ${stage} again within ${seconds(withinMs)}`
  if (worst === undefined) return `  – ${goal}: not measured, for no such fault came alone and was over in time`
  return `  ${worst.isReached ? '✔' : '✖'} ${goal}: ${seconds(worst.ms)}, the worst of ${worst.of}`
}

function awayLine({ seconds: length, accepted, refused, unanswered }: VotesWhile): string {
  return `  ${refused + unanswered === 0 ? '✔' : '✖'} no vote refused while Kafka was away: ${number(accepted)} accepted in ${seconds(length * 1_000)} (${number(Math.round(accepted / length))} a second), ${number(refused)} refused, ${number(unanswered)} requests without an answer`
}

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
