import { settleCells } from './cells.js'
import { votesOf, type CountedRow } from './counted-row.js'
import { partyOf } from './parties.js'
import type { Reading } from './precinct-file.js'
import type { RawRow } from './raw-rows.js'
import { titleKey } from './names.js'
import { isSumOfPrecincts, kindOfRow, ROW_KINDS, type RowKind } from './row-kinds.js'

const WHY: Record<Exclude<RowKind, 'VOTES'>, string> = {
  REGISTERED_VOTERS: 'registered voters: eligible voters of a precinct',
  BALLOTS_CAST: 'ballots cast: turnout of a precinct',
  BLANK_BALLOTS: 'blank ballots: part of those cast',
  OVER_VOTES: 'over votes: cast as such, not as votes',
  UNDER_VOTES: 'under votes: what ballots leave blank',
  SUM: 'totals of a contest: checked against its candidates',
  IGNORE: 'rates and other figures that are no votes',
}

/** Sorts rows by what they are, with their numbers settled; what cannot be told is a problem that says what to answer. */
export function sortByKind(raw: readonly RawRow[], reading: Reading): Record<RowKind, CountedRow[]> {
  const sorted: Record<RowKind, CountedRow[]> = { VOTES: [], REGISTERED_VOTERS: [], BALLOTS_CAST: [], BLANK_BALLOTS: [], OVER_VOTES: [], UNDER_VOTES: [], SUM: [], IGNORE: [] }
  const asked = new Set<string>()
  for (const row of raw) {
    const named = nameParty(row)
    const kind = kindOfRow(named, reading.options.treat)
    if (kind !== null) sortRow(named, kind, sorted, reading)
    else if (isEmpty(named)) reading.setAside.note('rows that may be votes or not, with nothing but zeros', row.line, 0)
    else ask(named, asked, reading)
  }
  return sorted
}

/** Whatever a row is, none of its numbers counts. */
function isEmpty({ votes, channels }: RawRow): boolean {
  return [votes, ...channels].every((cell) => cell === null || cell === 0)
}

/** A straight-party row names its party alone; so do some contests in which only parties stand. */
function nameParty(row: RawRow): RawRow {
  if (row.candidate !== '' || row.party === null) return row
  const { name } = partyOf(row.party)
  return { ...row, candidate: name, spelling: name }
}

function ask({ line, office, candidate }: RawRow, asked: Set<string>, { problems }: Reading): void {
  const name = candidate === '' ? office : candidate
  if (asked.has(name)) return
  asked.add(name)
  problems.push(`Line ${line}: "${name}"${candidate === '' ? '' : ` of ${office}`} may be votes or something else. Say --treat "${name}=VOTES", or one of ${ROW_KINDS.slice(1).join(', ')}.`)
}

function sortRow(row: RawRow, kind: RowKind, sorted: Record<RowKind, CountedRow[]>, reading: Reading): void {
  const counted = settle(row, kind, reading)
  if (counted === null) return
  if (kind !== 'VOTES') reading.setAside.note(WHY[kind], row.line, votesOf(counted))
  else if (!isComplete(row, counted, reading)) return
  sorted[kind].push(counted)
}

function isComplete({ line, county, precinct, office, candidate }: RawRow, counted: CountedRow, { options, problems, setAside }: Reading): boolean {
  if (office !== '' && candidate !== '') return true
  const votes = votesOf(counted)
  if (votes === 0) setAside.note('rows without an office or candidate, and without votes', line, 0)
  else if (isSumOfPrecincts(precinct, county)) setAside.note('sums of all precincts', line, votes)
  else if (options.treat?.has('') === true) setAside.note('rows without an office or candidate, left out as was said', line, votes)
  else problems.push(`Line ${line}: ${office === '' ? 'office' : 'candidate'} is empty, and it has ${votes} ${votes === 1 ? 'vote' : 'votes'}. Complete the line, or say --treat "=IGNORE" to leave out all lines like it.`)
  return false
}

function settle(row: RawRow, kind: RowKind, { columns, options, problems, setAside }: Reading): CountedRow | null {
  const { votes, channels, ...rest } = row
  const trust = kind === 'VOTES' ? options.trust : 'votes'
  const settled = settleCells(votes, channels, { votes: 'votes', channels: columns.channels.map(({ name }) => name) }, trust)
  switch (settled.type) {
    case 'VOTES': return { ...rest, known: settled.known, unknown: settled.unknown }
    case 'NOTHING':
      setAside.note(kind === 'VOTES' ? 'rows without any number' : WHY[kind], row.line, 0)
      return null
    case 'UNREADABLE':
      if (kind !== 'VOTES') setAside.note(WHY[kind], row.line, 0)
      else if (titleKey(settled.text) === titleKey(row.precinct)) setAside.note('rows with the name of their precinct where votes would stand', row.line, 0)
      else problems.push(`Line ${row.line}: ${settled.name} is "${settled.text}", not a whole number of 0 or more. Correct the line, or say --treat "${row.spelling || row.office}=IGNORE" if it is no row of votes.`)
      return null
    case 'CONTRADICTION':
      problems.push(`Line ${row.line}: the channels (${columns.channels.map(({ name }) => name).join(', ')}) add up to ${settled.sum}, but votes is ${settled.votes}. Say --trust votes or --trust channels.`)
      return null
    default: return settled satisfies never
  }
}
