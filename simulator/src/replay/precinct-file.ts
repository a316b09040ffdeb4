import type { VoteChannel } from '@livetally/core/election'
import { layOutChannels } from './channel-layout.js'
import { findColumns, type Columns } from './columns.js'
import { votesOf, type CountedRow } from './counted-row.js'
import { readRecords } from './csv-records.js'
import { settleDuplicates } from './duplicates.js'
import { titleKey } from './names.js'
import { countsOfPrecincts } from './precinct-counts.js'
import { assignToPrimaries, looksLikePrimary } from './primaries.js'
import { readRawRows, type RawRow } from './raw-rows.js'
import type { ReadingOptions } from './reading-options.js'
import type { RowKind } from './row-kinds.js'
import { createSetAsideBook, type SetAside, type SetAsideBook } from './set-aside.js'
import { sortByKind } from './sort-rows.js'
import { precinctKey } from './split-contests.js'
import { compareTotals, compareWithParts, partSums } from './sum-rows.js'
import { splitByVoteFor } from './vote-for.js'
import { findWriteInSums } from './write-in-sums.js'
import { settleWriteInTotals } from './write-in-totals.js'

/** One candidate in one precinct. `votes` are by channel, in the order of the file's `channels`. */
export interface PrecinctRow {
  line: number
  county: string
  precinct: string
  office: string
  district: string | null
  party: string | null
  /** As the file has it where it names the candidate first. */
  candidate: string
  votes: readonly number[]
  /** Where the file says it. */
  voteFor?: number
}

/** A precinct result file in one of the layouts of OpenElections, checked. */
export interface PrecinctFile {
  channels: readonly VoteChannel[]
  rows: readonly PrecinctRow[]
  /** Votes of over-marked contests, as the file counts them, beside `rows`. */
  overVotes: readonly PrecinctRow[]
  underVotes: readonly PrecinctRow[]
  /** `precinctKey` → registered voters. */
  registered: ReadonlyMap<string, number>
  /** `precinctKey` → ballots cast, by channel. */
  ballots: ReadonlyMap<string, readonly number[]>
  isPrimary: boolean
  isApart: boolean
  setAside: readonly SetAside[]
  ignoredColumns: readonly string[]
  warnings: readonly string[]
}

export type PrecinctFileCheck = { ok: true, file: PrecinctFile } | { ok: false, problems: string[] }

/** Reads a file, gzipped or not. Problems are sentences that begin with the line they are about, where there is one. */
export function readPrecinctFile(bytes: Buffer, options: ReadingOptions = {}): PrecinctFileCheck {
  const read = readRecords(bytes, options.encoding)
  if (!read.ok) return { ok: false, problems: [read.problem] }
  const [header, ...body] = read.records
  if (header === undefined) return { ok: false, problems: ['The file is empty.'] }
  const found = findColumns(header.record, options)
  if (!found.ok) return found
  if (body.length === 0) return { ok: false, problems: ['The file has a header but no rows.'] }
  const problems: string[] = []
  const raw = splitByVoteFor(readRawRows(found.columns, body, problems))
  return assemble(raw, { columns: found.columns, options, problems, warnings: [], setAside: createSetAsideBook() })
}

/** A reading on its way: what was asked, and what is to be said of it. */
export interface Reading { columns: Columns, options: ReadingOptions, problems: string[], warnings: string[], setAside: SetAsideBook }

function assemble(raw: readonly RawRow[], reading: Reading): PrecinctFileCheck {
  const { options, problems, warnings, setAside, columns } = reading
  const byKind = sortByKind(raw, reading)
  if (columns.precinct === -1) warnings.push('The file has no column "precinct": each county is one place.')
  const { parts, sums, unannounced } = partSums(byKind.VOTES, (precinct) => precinct === '' ? undefined : options.treat?.get(titleKey(precinct)))
  for (const row of sums) setAside.note('sums of all precincts', row.line, votesOf(row))
  for (const precinct of unannounced) warnings.push(`"${precinct}" is the sum of all other precincts in every number and is not counted; say --treat "${precinct}=VOTES" if it is one of them.`)
  warnings.push(...compareWithParts(sums, parts))
  if (parts.length === 0 && sums.length > 0) problems.push('The file has sums of precincts alone, and no precinct.')
  const doubled = findWriteInSums(parts, ['write in', 'write ins'].some((key) => options.treat?.has(key)))
  warnings.push(...doubled.warnings)
  problems.push(...doubled.problems)
  const writeIns = settleWriteInTotals(parts.filter((row) => !doubled.sums.has(row)), options.treat)
  problems.push(...writeIns.problems)
  for (const row of [...doubled.sums, ...writeIns.sums]) setAside.note('write-in totals: sums of the write-ins beside them', row.line, votesOf(row))
  const twins = settleDuplicates(writeIns.rows, options.duplicates)
  problems.push(...twins.problems)
  warnings.push(...twins.warnings)
  for (const row of twins.dropped) setAside.note('rows written twice', row.line, votesOf(row))
  const isPrimary = options.isPrimary ?? looksLikePrimary(twins.rows)
  const counted = isPrimary ? assignToPrimaries(twins.rows, problems) : twins.rows
  const isOfSum = new Set(sums.map(precinctKey))
  const ofPrecincts = (kind: RowKind): CountedRow[] => byKind[kind].filter((row) => row.precinct !== '' && !isOfSum.has(precinctKey(row)))
  const [over, under] = [ofPrecincts('OVER_VOTES'), ofPrecincts('UNDER_VOTES')]
  warnings.push(...compareTotals(byKind.SUM.map((row) => ({ ...row, total: votesOf(row) })), counted, [...over, ...under]))
  const ballots = countsOfPrecincts('ballots cast', ofPrecincts('BALLOTS_CAST'), warnings)
  const registered = countsOfPrecincts('registered voters', ofPrecincts('REGISTERED_VOTERS'), warnings)
  if (counted.length === 0 && problems.length === 0) problems.push('The file has no votes.')
  if (problems.length > 0) return { ok: false, problems }
  const layout = layOutChannels(columns, counted, [...ballots.values()], options.unknownChannel ?? 'ELECTION_DAY', warnings)
  const finish = (row: CountedRow): PrecinctRow => ({ line: row.line, county: row.county, precinct: row.precinct, office: row.office, district: row.district, party: row.party, candidate: row.candidate, votes: layout.spread(row), ...typeof row.voteFor === 'number' && row.voteFor > 0 ? { voteFor: row.voteFor } : {} })
  return { ok: true, file: {
    channels: layout.channels,
    rows: counted.map(finish),
    overVotes: over.map(finish),
    underVotes: under.map(finish),
    registered: new Map([...registered].map(([key, counts]) => [key, votesOf(counts)])),
    ballots: new Map([...ballots].map(([key, counts]) => [key, layout.spread(counts)])),
    isPrimary,
    isApart: options.isApart === true,
    setAside: setAside.all,
    ignoredColumns: columns.extra.map(({ name }) => name),
    warnings,
  } }
}
