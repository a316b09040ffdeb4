import type { ReportingUnitKind } from '@livetally/core/election'
import { createIds, idOf, isNamedWriteIn, isWriteIn, type Ids } from './names.js'
import { joinParties, withoutParty } from './parties.js'
import type { PrecinctRow } from './precinct-file.js'
import type { UnitBook } from './reporting-units.js'
import { candidateKey, groupBy, precinctKey, type Distinction, type FileContest } from './split-contests.js'

export interface DerivedContest {
  id: string
  title: string
  office: string
  district: string | null
  /** The party whose primary it is. */
  primaryOf?: string | null
  votesAllowed: number
  reportingUnit: string
  /** `candidate` as the file has it first; `party` is the code of all its parties. `lines`: of the rows that were counted for it. */
  options: { id: string, name: string, candidate: string, party: string | null, lines?: readonly number[] }[]
  /** Precinct id → votes by option, then channel: `votes[option][channel]`. */
  votes: ReadonlyMap<string, readonly (readonly number[])[]>
  /** Precinct id → over votes by channel, where the file counts them. */
  overVotes?: ReadonlyMap<string, readonly number[]>
}

const DISTRICT_NAMES: Partial<Record<ReportingUnitKind, string>> = {
  CONGRESSIONAL_DISTRICT: 'Congressional',
  STATE_SENATE_DISTRICT: 'State Senate',
  STATE_HOUSE_DISTRICT: 'State House',
}

function kindOf(office: string): ReportingUnitKind {
  if (/^u\.?s\.? house|congress/i.test(office)) return 'CONGRESSIONAL_DISTRICT'
  if (/^state senate/i.test(office)) return 'STATE_SENATE_DISTRICT'
  if (/^state (house|assembly)|^general assembly/i.test(office)) return 'STATE_HOUSE_DISTRICT'
  return 'DISTRICT'
}

/** Names a contest of the file, its options and its unit, and collects its numbers; how many marks it allows is not known yet. */
export function draftContest(contest: FileContest, idByKey: ReadonlyMap<string, string>, book: UnitBook, ids: Ids, distinction: Distinction = {}): DerivedContest {
  const { office, district, primaryOf } = contest
  const candidates = groupBy(contest.rows, (row) => candidateKey(row, distinction)).toSorted((one, other) => Number(isWriteInRows(one)) - Number(isWriteInRows(other)))
  const optionIds = createIds()
  const options = candidates.flatMap((rows) => {
    const [row] = rows
    if (row === undefined) return []
    const name = withoutParty(row.candidate, row.party)
    const parties = rows.flatMap(({ party }) => party ?? [])
    return [{ id: optionIds.of(candidateKey(row, distinction), isWriteIn(row.candidate) ? 'write-in' : idOf(name)), name, candidate: row.candidate, party: isWriteIn(row.candidate) || parties.length === 0 ? null : joinParties(parties), lines: rows.map(({ line }) => line) }]
  })
  const names = options.filter(({ candidate }) => !isWriteIn(candidate)).map(({ name }) => name)
  const part = district ?? (contest.isHidden ? names[0] ?? 'write-in' : null)
  const precinctIds = [...new Set(contest.rows.map((row) => idByKey.get(precinctKey(row)) ?? ''))]
  const words = [office, ...primaryOf === null ? [] : [primaryOf]].map(idOf)
  const wish = part === null ? words.join('-').slice(0, 50) : `${words.join('-').slice(0, 22)}-${idOf(part)}`
  const id = ids.of(JSON.stringify([office, district, primaryOf, contest.isHidden ? names : []]), wish)
  const kind = kindOf(office)
  return {
    id,
    title: titleOf(contest, names).slice(0, 200),
    office,
    district,
    primaryOf,
    votesAllowed: 1,
    reportingUnit: book.unitOf(precinctIds, { kind, id: `district.${id}`.slice(0, 60), name: areaOf(contest, names).slice(0, 200) }),
    options,
    votes: collectVotes(candidates, idByKey),
  }
}

function titleOf({ office, district, primaryOf, isHidden }: FileContest, names: readonly string[]): string {
  const whole = primaryOf === null ? office : `${office} (${primaryOf} primary)`
  return district !== null ? `${whole}, District ${district}` : isHidden ? `${whole}: ${names.join(' / ')}` : whole
}

function areaOf({ office, district, isHidden }: FileContest, names: readonly string[]): string {
  const kind = DISTRICT_NAMES[kindOf(office)] ?? office
  return district !== null ? `${kind} District ${district}` : isHidden ? `${kind} district of ${names.join(' and ')}` : `Area of ${office}`
}

/** True for the option of all write-ins, and for those whom the file names. */
export function standsAsWriteIn(candidate: string): boolean {
  return isWriteIn(candidate) || isNamedWriteIn(candidate)
}

function collectVotes(candidates: readonly (readonly PrecinctRow[])[], idByKey: ReadonlyMap<string, string>): Map<string, number[][]> {
  const votes = new Map<string, number[][]>()
  for (const [option, rows] of candidates.entries()) {
    for (const row of rows) {
      const precinct = idByKey.get(precinctKey(row)) ?? ''
      const counts = votes.get(precinct) ?? candidates.map(() => row.votes.map(() => 0))
      counts[option] = row.votes.map((count, channel) => count + (counts[option]?.[channel] ?? 0))
      votes.set(precinct, counts)
    }
  }
  return votes
}

function isWriteInRows(rows: readonly PrecinctRow[]): boolean {
  return rows.some(({ candidate }) => isWriteIn(candidate))
}
