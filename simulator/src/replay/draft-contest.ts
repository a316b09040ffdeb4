import type { ReportingUnitKind } from '@livetally/core/election'
import { createIds, idOf, isWriteIn, withoutParty, type Ids } from './names.js'
import type { PrecinctRow } from './precinct-file.js'
import type { UnitBook } from './reporting-units.js'
import { candidateKey, groupBy, precinctKey, type FileContest } from './split-contests.js'

export interface DerivedContest {
  id: string
  title: string
  office: string
  district: string | null
  votesAllowed: number
  reportingUnit: string
  /** `candidate` and `party` as the file has them. */
  options: { id: string, name: string, candidate: string, party: string | null }[]
  /** Precinct id → votes by option, then channel: `votes[option][channel]`. */
  votes: ReadonlyMap<string, readonly (readonly number[])[]>
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
export function draftContest(contest: FileContest, idByKey: ReadonlyMap<string, string>, book: UnitBook, ids: Ids): DerivedContest {
  const { office, district } = contest
  const candidates = groupBy(contest.rows, candidateKey).toSorted((one, other) => Number(isWriteInRows(one)) - Number(isWriteInRows(other)))
  const optionIds = createIds()
  const options = candidates.flatMap(([row]) => {
    if (row === undefined) return []
    const name = withoutParty(row.candidate, row.party)
    return [{ id: optionIds.of(candidateKey(row), isWriteIn(row.candidate) ? 'write-in' : idOf(name)), name, candidate: row.candidate, party: isWriteIn(row.candidate) ? null : row.party }]
  })
  const names = options.filter(({ candidate }) => !isWriteIn(candidate)).map(({ name }) => name)
  const part = district ?? (contest.isHidden ? names[0] ?? 'write-in' : null)
  const precinctIds = [...new Set(contest.rows.map((row) => idByKey.get(precinctKey(row)) ?? ''))]
  const wish = part === null ? idOf(office) : `${idOf(office).slice(0, 22)}-${idOf(part)}`
  const id = ids.of(`${office}/${part ?? ''}`, wish)
  const kind = kindOf(office)
  return {
    id,
    title: district !== null ? `${office}, District ${district}` : contest.isHidden ? `${office}: ${names.join(' / ')}`.slice(0, 200) : office,
    office,
    district,
    votesAllowed: 1,
    reportingUnit: book.unitOf(precinctIds, { kind, id: `district.${id}`.slice(0, 60), name: district !== null ? `${DISTRICT_NAMES[kind] ?? office} District ${district}` : contest.isHidden ? `${DISTRICT_NAMES[kind] ?? office} district of ${names.join(' and ')}`.slice(0, 200) : `Area of ${office}` }),
    options,
    votes: collectVotes(candidates, idByKey),
  }
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
