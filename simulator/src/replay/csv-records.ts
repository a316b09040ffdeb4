import { gunzipSync } from 'node:zlib'
import { CsvError, parse } from 'csv-parse/sync'
import { decodeText } from '../files/decode-text.js'

/** `line`: where the record stands in the file, from 1. */
export interface CsvRecord { record: string[], line: number }

export type RecordsCheck = { ok: true, records: CsvRecord[] } | { ok: false, problem: string }

const MOST_BYTES = 512 * 1024 * 1024

/** The records of a file, gzipped or not, header included. */
export function readRecords(bytes: Buffer, encoding?: string): RecordsCheck {
  try {
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b
    const decoded = decodeText(isZipped ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes, encoding)
    if (!decoded.ok) return decoded
    // With `info`, the library answers records with their place, which its types leave out.
    const found: unknown = parse(decoded.text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true })
    return { ok: true, records: (found as { record: string[], info: { lines: number } }[]).map(({ record, info }) => ({ record, line: info.lines })) }
  } catch (error) {
    if (error instanceof CsvError) return { ok: false, problem: `Line ${String(error['lines'] ?? '?')}: this is not CSV (${error.message}).` }
    return { ok: false, problem: `The file cannot be unpacked (${error instanceof Error ? error.message : String(error)}).` }
  }
}
