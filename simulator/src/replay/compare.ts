import type { VoteChannel } from '@livetally/core/election'
import type { DerivedContest } from './draft-contest.js'
import type { CountedContest } from './read-counted.js'

/** One line of the closing table: of a contest, or of the ballots. */
export interface ContestComparison {
  title: string
  /** Votes (or ballots) in the file, all of which were cast. */
  cast: number
  counted: number
  /** How many numbers were compared. */
  compared: number
  differences: string[]
}

/** A line of the table in the making: each number that is checked is counted, each difference kept as a sentence. */
export interface Comparison {
  check(where: string, cast: number, found: number | undefined): void
  end(sums: { cast: number, counted: number, strangers?: readonly string[] }): ContestComparison
}

export function createComparison(title: string): Comparison {
  const differences: string[] = []
  let compared = 0
  return {
    check(where, cast, found = 0) {
      compared += 1
      if (cast !== found) differences.push(`${title}, ${where}: cast ${format(cast)}, counted ${format(found)}`)
    },
    end: ({ cast, counted, strangers = [] }) => ({ title, cast, counted, compared, differences: [...differences, ...strangers.map((id) => `${title}: the option ${id} is not in the file`)] }),
  }
}

/** Compares a contest of the file with what was published, option by option, channel by channel, precinct by precinct. */
export function compareContest(contest: DerivedContest, channels: readonly VoteChannel[], counted: CountedContest): ContestComparison {
  const { check, end } = createComparison(contest.title)
  let cast = 0
  for (const [at, option] of contest.options.entries()) {
    const byChannel = channels.map((_, channel) => sumOf(contest, at, channel))
    const total = byChannel.reduce((sum, votes) => sum + votes, 0)
    cast += total
    check(option.name, total, counted.totals.get(option.id))
    for (const [channel, name] of channels.entries()) check(`${option.name} by ${name}`, byChannel[channel] ?? 0, counted.byChannel.get(`${name}/${option.id}`))
    for (const [precinct, votes] of contest.votes) {
      for (const [channel, name] of channels.entries()) check(`${option.name} in ${precinct} by ${name}`, votes[at]?.[channel] ?? 0, counted.byUnit.get(`${precinct}/${name}/${option.id}`))
    }
  }
  return end({ cast, counted: [...counted.totals.values()].reduce((sum, votes) => sum + votes, 0), strangers: strangersIn(contest, counted.totals) })
}

/** Options that were published and are not in the file. */
export function strangersIn(contest: DerivedContest, totals: ReadonlyMap<string, number>): string[] {
  return [...totals.keys()].filter((id) => !contest.options.some((option) => option.id === id))
}

function sumOf({ votes }: DerivedContest, option: number, channel: number): number {
  let sum = 0
  for (const counts of votes.values()) sum += counts[option]?.[channel] ?? 0
  return sum
}

/** The closing table: a line per contest, and one for the ballots. */
export function comparisonTable(lines: readonly ContestComparison[]): string {
  const rows = [
    ['contest', 'cast', 'counted', 'numbers compared', ''],
    ...lines.map((line) => [shorten(line.title), format(line.cast), format(line.counted), format(line.compared), verdict(line.differences.length)]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => row.map((text, column) => column === 0 ? text.padEnd(widths[0] ?? 0) : column === 4 ? text : text.padStart(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}

function verdict(differences: number): string {
  return differences === 0 ? 'equal' : `${format(differences)} ${differences === 1 ? 'DIFFERENCE' : 'DIFFERENCES'}`
}

function shorten(title: string): string {
  return title.length > 58 ? `${title.slice(0, 57)}…` : title
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}
