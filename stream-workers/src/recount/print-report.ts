import type { Check, RecountReport } from './recount.js'

/** The report as a small table for a terminal. */
export function printReport(report: RecountReport): string {
  const number = new Intl.NumberFormat('en')
  const lines = [
    `${report.election}: ${number.format(report.ballots)} ballots in the ledger, ${number.format(report.publishedBallots)} in revision ${report.revision} (${report.phase}, ${report.status})`,
    '',
    ...table([['contest', 'option', 'recount', 'published', 'difference'], ...report.options.map((option) => [
      option.contest, option.option, number.format(option.counted), number.format(option.published), option.counted === option.published ? '0' : number.format(option.published - option.counted),
    ])]),
    '',
    ...report.checks.flatMap(linesOf),
    '',
    verdictOn(report),
  ]
  const notChecked = report.checks.filter(({ leftOut = [] }) => leftOut.length > 0).map(({ invariant }) => invariant)
  if (notChecked.length > 0) lines.push(`Not everything was checked: see ${notChecked.join(', ')} above.`)
  const unpublished = report.ballots - report.publishedBallots
  if (unpublished > 0) lines.push(unpublished === 1 ? 'One accepted ballot is not published yet.' : `${number.format(unpublished)} accepted ballots are not published yet.`)
  if (report.unpublishedBreakdowns.length > 0) lines.push(`Breakdowns that are not published yet: ${report.unpublishedBreakdowns.join(' · ')}.`)
  return lines.join('\n')
}

function linesOf({ invariant, says, problems, remarks = [], leftOut = [] }: Check): string[] {
  const mark = problems.length > 0 ? '✗' : leftOut.length > 0 ? '–' : '✓'
  return [
    `${mark} ${invariant}  ${says}`,
    ...problems.map((problem) => `     ${problem}`),
    ...remarks.map((remark) => `     note: ${remark}`),
    ...leftOut.map((what) => `     NOT CHECKED: ${what}`),
  ]
}

function verdictOn({ agrees, ballots, publishedBallots, unpublishedBreakdowns }: RecountReport): string {
  if (!agrees) return 'The recount does NOT agree.'
  return publishedBallots < ballots || unpublishedBreakdowns.length > 0 ? 'The recount agrees with the published results as far as they go.' : 'The recount agrees with the published results.'
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.min(48, Math.max(...rows.map((row) => row[column]?.length ?? 0))))
  return rows.map((row) => row.map((text, column) => {
    const width = widths[column] ?? 0
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text
    return column < 2 ? cut.padEnd(width) : cut.padStart(width)
  }).join('  ').trimEnd())
}
