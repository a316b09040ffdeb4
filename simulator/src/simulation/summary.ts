import type { SimulationTally } from './tally.js'

const format = (count: number) => count.toLocaleString('en-US')

/** One line on how far it is; rewritten in place on a terminal. */
export function progressLine(tally: SimulationTally, done: number, of: number, seconds: number): string {
  const refused = Object.values(tally.refused).reduce((sum, count) => sum + count, 0)
  return `${format(done)} of ${format(of)} voters · ${format(tally.accepted)} accepted · ${format(tally.repeated)} repeated · ${format(tally.doubleVotesRefused)} second tries refused${refused > 0 ? ` · ${format(refused)} other refusals` : ''} · ${(done / Math.max(0.001, seconds)).toFixed(0)} a second`
}

/** What came of a simulation. `published`: ballots in the newest results; `before`: the same when it began. */
export function summaryLines(tally: SimulationTally, published: number, before: number): { lines: string[], isRight: boolean } {
  const missing = before + tally.accepted - published
  const rows: [string, number][] = [
    ['accepted', tally.accepted],
    ['  of them online with a voting code', tally.online],
    ['repeated, answered with the same receipt', tally.repeated],
    ['second tries refused (AlreadyVoted)', tally.doubleVotesRefused],
    ...Object.entries(tally.refused).map(([kind, count]): [string, number] => [`refused: ${kind}`, count]),
    ['published before', before],
    ['published now', published],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  const verdict = missing > 0
    ? [`${format(missing)} accepted ballots are NOT in the published results.`]
    : [missing === 0 ? 'Every accepted ballot is in the published results.' : `Every accepted ballot is in the published results, and ${format(-missing)} of others who voted meanwhile.`]
  return {
    lines: [...rows.map(([name, count]) => `${name.padEnd(width)}  ${format(count).padStart(11)}`), ...tally.wrong.slice(0, 20).map((sentence) => `WRONG: ${sentence}`), ...verdict],
    isRight: missing <= 0 && tally.wrong.length === 0,
  }
}
