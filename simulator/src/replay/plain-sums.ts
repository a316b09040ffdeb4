import { gunzipSync } from 'node:zlib'
import { findPlainColumns, type PlainColumns } from './plain-columns.js'
import { parsePlainCsv } from './plain-csv.js'
import { plainCandidate, plainContest, plainWords } from './plain-keys.js'
import { plainKind, type PlainKind } from './plain-kinds.js'
import { withoutWriteInSums } from './plain-write-ins.js'

/** One row of a file that is counted, as this reading has it. */
export interface PlainRow { place: string, contest: string, candidate: string, spelling: string, party: string, kind: PlainKind, channels: ReadonlyMap<string, number> }

/** What a person answered; the same switches as for the reader of precinct files. */
export interface PlainOptions {
  encoding?: string
  unknownChannel?: string
  columns?: ReadonlyMap<string, string>
  treat?: ReadonlyMap<string, string>
  duplicates?: 'add' | 'once'
  trust?: 'votes' | 'channels'
}

/**
 * Sums a precinct file a second time, with its own CSV, columns and kinds of rows: it shares no code with the reader whose work
 * it is compared with, and names places, contests and candidates by their words alone. Knows no contest of its own for primaries.
 */
export function readPlainRows(bytes: Buffer, options: PlainOptions = {}): PlainRow[] {
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const unpacked = isZipped ? gunzipSync(bytes) : bytes
  const marked = unpacked[0] === 0xff && unpacked[1] === 0xfe ? 'utf-16le' : unpacked[0] === 0xfe && unpacked[1] === 0xff ? 'utf-16be' : undefined
  const [header = [], ...records] = parsePlainCsv(new TextDecoder(marked ?? options.encoding ?? 'utf-8').decode(unpacked))
  const columns = findPlainColumns(header, options.columns)
  const seen = new Set<string>()
  const rows = records.flatMap((record) => {
    const row = readRow(record, columns, options)
    if (row === null) return []
    const key = JSON.stringify([row.place, row.contest, row.party, row.spelling, row.kind, ...row.channels])
    if (options.duplicates === 'once' && seen.has(key)) return []
    seen.add(key)
    return [row]
  })
  const isTold = ['write in', 'write ins'].some((name) => options.treat?.has(name))
  return withoutHiddenSums(isTold ? rows : withoutWriteInSums(rows))
}

function readRow(record: readonly string[], columns: PlainColumns, options: PlainOptions): PlainRow | null {
  const text = (at: number): string => {
    const cell = (record[at] ?? '').trim()
    return /^(na|n\/a|null|-{1,2})$/i.test(cell) ? '' : cell
  }
  const [county, office, spelling, party] = [text(columns.county), text(columns.office), text(columns.candidate), text(columns.party)]
  const precinct = columns.precinct < 0 ? county : text(columns.precinct)
  if (isTotal(plainWords(precinct), plainWords(county))) return null
  const kind = plainKind({ precinct, office, candidate: spelling }, options.treat ?? new Map())
  const channels = readNumbers(record, columns, options)
  if (kind === 'NONE' || channels === null || (kind === 'VOTES' && (office === '' || (spelling === '' && party === '')))) return null
  const candidate = spelling === '' ? `party ${plainWords(party).slice(0, 3)}` : plainCandidate(spelling, party)
  return { place: placeKey(columns.precinct < 0 ? '' : county, precinct), contest: plainContest(office, text(columns.district)), candidate, spelling, party: plainWords(party), kind, channels }
}

export function placeKey(county: string, precinct: string): string {
  return `${plainWords(county)} / ${plainWords(precinct)}`
}

function isTotal(precinct: string, county: string): boolean {
  const rest = precinct.replace(/\b(sub ?)?totals?$/, '').replace(/\bcounty\b/g, '').trim()
  return precinct === '' || /^(county ?wide|all precincts|cumulative)$/.test(precinct) || (rest !== precinct && /totals?$/.test(precinct) && ['', 'grand', 'all', 'overall', 'precinct', 'wide', county.replace(/ county\b/g, '')].includes(rest))
}

function readNumbers(record: readonly string[], columns: PlainColumns, { unknownChannel = 'ELECTION_DAY', trust }: PlainOptions): Map<string, number> | null {
  const number = (at: number): number | null => {
    const cell = (record[at] ?? '').trim().replaceAll(',', '')
    return /^\d+(\.0+)?$/.test(cell) ? Number(cell) : null
  }
  const told = columns.channels.map(({ at, channel }) => [channel, number(at)] as const)
  const votes = number(columns.votes)
  if (votes === null && told.every(([, count]) => count === null)) return null
  const sum = told.reduce((total, [, count]) => total + (count ?? 0), 0)
  const useVotesAlone = votes !== null && sum > votes && trust !== 'channels'
  const numbers = new Map<string, number>()
  for (const [channel, count] of [...useVotesAlone ? [] : told, [unknownChannel, useVotesAlone ? votes : Math.max(0, (votes ?? sum) - sum)] as const]) {
    if (count !== null && count > 0) numbers.set(channel, (numbers.get(channel) ?? 0) + count)
  }
  return numbers
}

/** Leaves out a place that has, for every candidate, as many votes as all others together. */
function withoutHiddenSums(rows: readonly PlainRow[]): PlainRow[] {
  const byPlace = new Map<string, Map<string, number>>()
  const all = new Map<string, number>()
  for (const { place, contest, candidate, party, kind, channels } of rows) {
    if (kind !== 'VOTES') continue
    const [key, votes] = [`${contest}|${candidate}|${party}`, [...channels.values()].reduce((sum, count) => sum + count, 0)]
    const own = byPlace.get(place) ?? new Map<string, number>()
    byPlace.set(place, own.set(key, (own.get(key) ?? 0) + votes))
    all.set(key, (all.get(key) ?? 0) + votes)
  }
  const hidden = byPlace.size < 4 ? undefined : [...byPlace].find(([, own]) => own.size >= 5 && [...all].every(([key, votes]) => 2 * (own.get(key) ?? 0) === votes))?.[0]
  return rows.filter(({ place }) => place !== hidden)
}
