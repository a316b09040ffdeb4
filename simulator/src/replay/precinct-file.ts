import { gunzipSync } from 'node:zlib'
import type { VoteChannel } from '@livetally/core/election'
import { CsvError, parse } from 'csv-parse/sync'

/** One candidate in one precinct. `votes` are by channel, in the order of the file's `channels`. */
export interface PrecinctRow {
  line: number
  county: string
  precinct: string
  office: string
  district: string | null
  party: string | null
  /** As the file has it. */
  candidate: string
  votes: readonly number[]
}

/** A precinct result file in the layout of OpenElections, checked. */
export interface PrecinctFile {
  channels: readonly VoteChannel[]
  rows: readonly PrecinctRow[]
}

export type PrecinctFileCheck = { ok: true, file: PrecinctFile } | { ok: false, problems: string[] }

const TEXT_COLUMNS = ['county', 'precinct', 'office', 'district', 'party', 'candidate'] as const
const CHANNEL_COLUMNS: readonly { names: readonly string[], channel: VoteChannel, isNeeded: boolean }[] = [
  { names: ['election_day'], channel: 'ELECTION_DAY', isNeeded: true },
  { names: ['early_voting', 'early'], channel: 'EARLY', isNeeded: false },
  { names: ['mail', 'absentee'], channel: 'ABSENTEE_MAIL', isNeeded: true },
  { names: ['provisional'], channel: 'PROVISIONAL', isNeeded: true },
]

/** Reads a file, gzipped or not. Problems are sentences that begin with the line they are about, where there is one. */
export function readPrecinctFile(bytes: Buffer): PrecinctFileCheck {
  const records = readRecords(bytes)
  if (!Array.isArray(records)) return { ok: false, problems: [records.problem] }
  const [header, ...body] = records
  if (header === undefined) return { ok: false, problems: ['The file is empty.'] }
  const columns = header.record.map((name) => name.trim().toLowerCase())
  const missing = missingColumns(columns)
  if (missing.length > 0) return { ok: false, problems: missing }
  if (body.length === 0) return { ok: false, problems: ['The file has a header but no rows.'] }
  return readRows(columns, body)
}

interface CsvRecord { record: string[], line: number }

function readRecords(bytes: Buffer): CsvRecord[] | { problem: string } {
  try {
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b
    const text = (isZipped ? gunzipSync(bytes) : bytes).toString('utf8')
    // With `info`, the library answers records with their place, which its types leave out.
    const found: unknown = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true })
    return (found as { record: string[], info: { lines: number } }[]).map(({ record, info }) => ({ record, line: info.lines }))
  } catch (error) {
    if (error instanceof CsvError) return { problem: `Line ${String(error['lines'] ?? '?')}: this is not CSV (${error.message}).` }
    return { problem: `The file cannot be unpacked (${error instanceof Error ? error.message : String(error)}).` }
  }
}

function missingColumns(columns: readonly string[]): string[] {
  const needed = [...TEXT_COLUMNS.map((name) => [name]), ['votes'], ...CHANNEL_COLUMNS.filter(({ isNeeded }) => isNeeded).map(({ names }) => names)]
  return needed.filter((names) => !names.some((name) => columns.includes(name)))
    .map((names) => `Line 1: the column ${names.map((name) => `"${name}"`).join(' or ')} is missing. The file has: ${columns.join(', ')}.`)
}

function readRows(columns: readonly string[], body: readonly CsvRecord[]): PrecinctFileCheck {
  const place = (name: string) => columns.indexOf(name)
  const channels = CHANNEL_COLUMNS.flatMap(({ names, channel }) => {
    const name = names.find((candidate) => columns.includes(candidate))
    return name === undefined ? [] : [{ channel, name, at: place(name) }]
  })
  const texts = TEXT_COLUMNS.map(place)
  const votesAt = place('votes')
  const problems: string[] = []
  const seen = new Map<string, number>()
  const rows = body.map(({ record, line }): PrecinctRow => {
    if (record.length !== columns.length) problems.push(`Line ${line}: ${record.length} fields where the header has ${columns.length}.`)
    const [county = '', precinct = '', office = '', district, party, candidate = ''] = texts.map((at) => record[at] ?? '')
    const count = (name: string, at: number): number => {
      const value = readCount(record[at] ?? '')
      if (value === null) problems.push(`Line ${line}: ${name} is "${record[at] ?? ''}", not a whole number of 0 or more.`)
      return value ?? 0
    }
    const before = problems.length
    const total = count('votes', votesAt)
    const votes = channels.map(({ name, at }) => count(name, at))
    const sum = votes.reduce((left, part) => left + part, 0)
    if (problems.length === before && sum !== total) problems.push(`Line ${line}: the channels (${channels.map(({ name }) => name).join(', ')}) add up to ${sum}, but votes is ${total}.`)
    for (const [name, text] of [['county', county], ['precinct', precinct], ['office', office], ['candidate', candidate]]) if (text === '') problems.push(`Line ${line}: ${name ?? ''} is empty.`)
    noteTwin(seen, problems, line, [county, precinct, office, district ?? '', party ?? '', candidate])
    return { line, county, precinct, office, district: orNone(district), party: orNone(party), candidate, votes }
  })
  return problems.length > 0 ? { ok: false, problems } : { ok: true, file: { channels: channels.map(({ channel }) => channel), rows } }
}

function noteTwin(seen: Map<string, number>, problems: string[], line: number, parts: readonly string[]): void {
  const key = parts.join('\u0000')
  const twin = seen.get(key)
  if (twin === undefined) seen.set(key, line)
  else problems.push(`Line ${line}: the same precinct, office, party and candidate as line ${twin}.`)
}

function readCount(text: string): number | null {
  const value = Number(text)
  return /^\d+(\.0+)?$/.test(text) && Number.isSafeInteger(value) ? value : null
}

/** Files write "none" as nothing, `NA` or, for parties, `NON`. */
function orNone(text: string | undefined): string | null {
  return text === undefined || ['', 'NA', 'NON', 'N/A'].includes(text) ? null : text
}
