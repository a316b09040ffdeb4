import { votesOf, type CountedRow } from './counted-row.js'
import { isNamedWriteIn, isWriteIn } from './names.js'
import { groupBy } from './split-contests.js'

/** Rows `Write-ins` of one contest in one precinct, and those beside them whose sum they may be. */
export interface WriteInGroup { plain: CountedRow[], parts: CountedRow[] }

/** From so many contests and precincts on, equal numbers everywhere are no chance, if not all are the same. */
const ENOUGH = 3

/** From this share of equal numbers on, the others look like errors of the file. */
const NEARLY_ALL = 0.9
/** So many contests and precincts have to say it. */
const MANY = 10

/**
 * Tells whether rows that say no more than `Write-ins` are the sums of `Write-in: Ada`, `Scattered` and `Not Assigned` beside
 * them: they are if they equal them in every contest and precinct of the file that has both. If they do nearly everywhere,
 * nobody can tell, and it is asked. Rows that are equal by chance, or too few to tell, count, and a warning has both numbers.
 */
export function findWriteInSums(rows: readonly CountedRow[], isTold: boolean): { sums: ReadonlySet<CountedRow>, warnings: string[], problems: string[] } {
  const groups = groupBy(rows.filter(({ spelling }) => isWriteIn(spelling) || isNamedWriteIn(spelling)), placeOf)
    .map((group): WriteInGroup => ({ plain: group.filter(({ spelling }) => isPlain(spelling)), parts: group.filter(({ spelling }) => !isPlain(spelling)) }))
    .filter(({ plain, parts }) => plain.length > 0 && sum(parts) > 0)
  const equal = groups.filter(({ plain, parts }) => sum(plain) === sum(parts))
  const name = equal[0]?.plain[0]?.spelling
  const nothing = { sums: new Set<CountedRow>(), warnings: [], problems: [] }
  if (isTold || name === undefined) return nothing
  const [inPlain, inParts] = [sum(groups.flatMap(({ plain }) => plain)), sum(groups.flatMap(({ parts }) => parts))]
  const numbers = `"${name}" has ${format(inPlain)} votes, the write-ins beside it have ${format(inParts)}, equal in ${format(equal.length)} of ${format(groups.length)} contests and precincts`
  if (equal.length === groups.length && groups.length >= ENOUGH && new Set(groups.map(({ parts }) => sum(parts))).size > 1) {
    return { ...nothing, sums: new Set(groups.flatMap(({ plain }) => plain)), warnings: [`${numbers}: it is their sum and is not counted; say --treat "${name}=VOTES" if both count.`] }
  }
  if (groups.length >= MANY && equal.length >= NEARLY_ALL * groups.length) return { ...nothing, problems: [`${numbers}: it may be their sum. Say --treat "${name}=IGNORE" if it is, or --treat "${name}=VOTES" if both count.`] }
  return { ...nothing, warnings: [`${numbers}: both are counted; say --treat "${name}=IGNORE" if it is their sum.`] }
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}

function placeOf({ county, precinct, office, district, party }: CountedRow): string {
  return [county, precinct, office, district ?? '', party ?? ''].join('\u0000')
}

function isPlain(spelling: string): boolean {
  return /^write\W?\s?ins?( votes?)?$/i.test(spelling.trim())
}

function sum(rows: readonly CountedRow[]): number {
  return rows.reduce((total, row) => total + votesOf(row), 0)
}
