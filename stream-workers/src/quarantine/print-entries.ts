import type { Quarantined } from '@livetally/core/events'
import type { QuarantineEntry, QuarantinePage } from './quarantine-reader.js'

const UNITS: readonly [number, string][] = [[86_400_000, 'd'], [3_600_000, 'h'], [60_000, 'min'], [1_000, 's']]
const MOST_SHOWN = 4_096

/** `3 h`; clocks that differ never make an age negative. */
export function ageOf(at: number, now: number): string {
  const ms = Math.max(0, now - at)
  const [size, unit] = UNITS.find(([one]) => ms >= one) ?? [1_000, 's']
  return `${Math.floor(ms / size)} ${unit}`
}

/** Text of strangers, such that a terminal shows it and obeys nothing in it. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`)
}

const oneLine = (text: string): string => printable(text).replaceAll('\n', '\\n')

export function printPage({ entries, before }: QuarantinePage, now: number, isFiltered: boolean): string {
  if (entries.length === 0 && before === undefined) return isFiltered ? 'Nothing is in quarantine that matches.' : 'Nothing is in quarantine: every record could be understood.'
  const lines = entries.map(({ number, entry }) =>
    `${String(number).padStart(7)}  ${ageOf(entry.at, now).padStart(6)}  ${oneLine(`${entry.topic}/${entry.partition}/${entry.offset}`).padEnd(28)}  ${String(entry.valueBytes).padStart(8)} B  ${oneLine(entry.reason)}`)
  return [
    ' number     age  topic/partition/offset           size  reason',
    ...lines,
    ...before === undefined ? [] : [`Older ones: npm run quarantine -- list --before ${before}`],
  ].join('\n')
}

/** The bytes as text where they are text, else in hexadecimal. */
export function printEntry({ number, entry }: QuarantineEntry, now: number): string {
  const bytes = Buffer.from(entry.valueBase64, 'base64')
  return [
    `number    ${number}`,
    `origin    ${oneLine(entry.topic)}, partition ${entry.partition}, offset ${entry.offset}`,
    `key       ${entry.recordKey === undefined ? 'none is known' : oneLine(entry.recordKey)}`,
    `set aside ${new Date(entry.at).toISOString()} (${ageOf(entry.at, now)} ago)`,
    `reason    ${oneLine(entry.reason)}`,
    `value     ${sizeOf(entry, bytes)}`,
    '',
    valueOf(bytes),
  ].join('\n')
}

function sizeOf({ valueBytes }: Quarantined, bytes: Buffer): string {
  const shown = Math.min(bytes.length, MOST_SHOWN)
  return `${valueBytes} bytes${shown < valueBytes ? `, the first ${shown} of which follow` : ''}`
}

function valueOf(bytes: Buffer): string {
  const shown = bytes.subarray(0, MOST_SHOWN)
  const text = shown.toString('utf8')
  // A sign cut in two at the end is no reason to call it binary.
  if (!text.slice(0, -1).includes('\uFFFD') && !text.includes('\0')) return printable(text)
  return (shown.toString('hex').match(/.{1,32}/g) ?? []).map((line, at) => `${(at * 16).toString(16).padStart(6, '0')}  ${line.replace(/../g, '$& ')}`).join('\n')
}
