import { votesOf, type CountedRow } from './counted-row.js'
import { isSumOfPrecincts, type RowKind } from './row-kinds.js'
import { groupBy, precinctKey } from './split-contests.js'

/** A row that sums others: of one contest in a precinct, or of all precincts. */
export interface SumRow { line: number, precinct: string, county: string, office: string, district: string | null, party: string | null, total: number }

/**
 * Parts a file's rows into those of precincts and those that sum all precincts of their county: by the name, or because
 * every number of them is the sum of the others, which no precinct's are where there are three others or more.
 */
export function partSums(rows: readonly CountedRow[], told: (precinct: string) => RowKind | undefined): { parts: CountedRow[], sums: CountedRow[], unannounced: string[] } {
  const [parts, sums, unannounced]: [CountedRow[], CountedRow[], string[]] = [[], [], []]
  for (const ofCounty of groupBy(rows, ({ county }) => county)) {
    const precincts = groupBy(ofCounty, precinctKey)
    const named = precincts.filter(([row]) => row !== undefined && (told(row.precinct) ?? (isSumOfPrecincts(row.precinct, row.county) ? 'SUM' : 'VOTES')) === 'SUM')
    const isNamed = new Set(named)
    const rest = precincts.filter((group) => !isNamed.has(group))
    const all = named.length > 0 || rest.length < 4 ? null : sumsOf(rest.flat())
    const hidden = all === null ? undefined : rest.find((group) => told(group[0]?.precinct ?? '') === undefined && isSumOf(group, all))
    if (hidden?.[0] !== undefined) unannounced.push(hidden[0].precinct)
    for (const group of precincts) (isNamed.has(group) || group === hidden ? sums : parts).push(...group)
  }
  const order = (one: CountedRow, other: CountedRow): number => one.line - other.line
  return { parts: parts.sort(order), sums: sums.sort(order), unannounced }
}

/** `all`: of every precinct, this one included. A sum of the others is half of that, in every number. */
function isSumOf(group: readonly CountedRow[], all: ReadonlyMap<string, number>): boolean {
  const own = sumsOf(group)
  return totalOf(group) > 0 && own.size >= 5 && own.size === all.size && [...own].every(([key, votes]) => all.get(key) === 2 * votes)
}

/** Holds sums of all precincts against their parts; a sentence for each that differs. */
export function compareWithParts(sums: readonly CountedRow[], parts: readonly CountedRow[]): string[] {
  const [own, others] = [sumsOf(sums), sumsOf(parts)]
  return [...own].flatMap(([key, votes]) => {
    const found = others.get(key) ?? 0
    return found === votes ? [] : [`${key.split('\u0000').filter((part) => part !== '').join(', ')}: the file's own sum is ${votes}, its precincts have ${found}.`]
  })
}

/** Holds a contest's total in a precinct against its candidates, with or without over and under votes. */
export function compareTotals(totals: readonly SumRow[], rows: readonly CountedRow[], marks: readonly CountedRow[]): string[] {
  const keyOf = (row: { county: string, precinct: string, office: string, district: string | null }): string => [row.county, row.precinct, row.office, row.district ?? ''].join('\u0000')
  const add = (list: readonly CountedRow[]): Map<string, CountedRow[]> => new Map(groupBy(list, keyOf).map((group) => [group[0] === undefined ? '' : keyOf(group[0]), group]))
  const [votes, others] = [add(rows), add(marks)]
  return totals.flatMap((row) => {
    const ofParty = (list: readonly CountedRow[] = []): CountedRow[] => row.party === null ? [...list] : list.filter(({ party }) => party === row.party)
    const sum = totalOf(ofParty(votes.get(keyOf(row))))
    const withMarks = sum + totalOf(ofParty(others.get(keyOf(row))))
    return row.total === sum || row.total === withMarks ? [] : [`Line ${row.line}: the total is ${row.total}, the rows of its candidates add up to ${sum}.`]
  })
}

function sumsOf(rows: readonly CountedRow[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) {
    const key = [row.county, row.office, row.district ?? '', row.party ?? '', row.candidate].join('\u0000')
    sums.set(key, (sums.get(key) ?? 0) + totalOf([row]))
  }
  return sums
}

function totalOf(rows: readonly CountedRow[]): number {
  return rows.reduce((sum, row) => sum + votesOf(row), 0)
}
