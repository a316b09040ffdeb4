import { VOTE_CHANNELS, type VoteChannel } from '@livetally/core/election'
import { oneSpelling } from '@livetally/core/voting'
import { CsvError, parse } from 'csv-parse/sync'
import { localIdOf, type AttributeShape, type ElectionShape } from '../system/election-shape.js'
import type { NewVoter } from '../system/voters.js'

export type RollCheck = { ok: true, voters: NewVoter[], lines: number[] } | { ok: false, problems: string[] }

const KNOWN_COLUMNS = ['voter_id', 'reporting_unit', 'name', 'address', 'channel']

interface CsvRecord { record: string[], info: { lines: number } }

/**
 * Reads an electoral roll as CSV: `voter_id`, `reporting_unit` (id of a polling place, as in the definition), and if
 * wanted `name`, `address`, `channel` and a column per attribute, with the ids of its values. `lines[i]` is where
 * voter i stands. Every problem is named with its line.
 */
export function readRoll(text: string, shape: ElectionShape): RollCheck {
  let records: CsvRecord[]
  try {
    // With `info`, the library answers records with their place, which its types leave out.
    records = parse(text, { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }) as unknown as CsvRecord[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return { ok: false, problems: [`Line ${String(error['lines'] ?? '?')}: this is not CSV (${error.message}).`] }
  }
  const [header, ...body] = records
  if (header === undefined) return { ok: false, problems: ['The file is empty.'] }
  const columns = header.record.map((name) => name.trim())
  const problems = checkColumns(columns, shape)
  if (problems.length === 0 && body.length === 0) problems.push('The file has a header but no voters.')
  if (problems.length > 0) return { ok: false, problems }
  const seen = new Map<string, number>()
  const voters = body.map(({ record, info }) => readVoter({ columns, record, line: info.lines, shape, seen, problems }))
  return problems.length > 0 ? { ok: false, problems } : { ok: true, voters, lines: body.map(({ info }) => info.lines) }
}

function checkColumns(columns: readonly string[], { attributes }: ElectionShape): string[] {
  const attributeIds = attributes.map(({ localId }) => localId)
  const missing = ['voter_id', 'reporting_unit'].filter((name) => !columns.includes(name)).map((name) => `Line 1: the column "${name}" is missing.`)
  const unknown = columns.filter((name) => !KNOWN_COLUMNS.includes(name) && !attributeIds.includes(name))
    .map((name) => `Line 1: the column "${name}" is neither ${KNOWN_COLUMNS.join(', ')} nor an attribute of this election (${attributeIds.join(', ') || 'it has none'}).`)
  return [...missing, ...unknown]
}

interface RowInput { columns: readonly string[], record: readonly string[], line: number, shape: ElectionShape, seen: Map<string, number>, problems: string[] }

function readVoter({ columns, record, line, shape, seen, problems }: RowInput): NewVoter {
  const complain = (sentence: string) => { problems.push(`Line ${line}: ${sentence}`) }
  const text = (name: string) => record[columns.indexOf(name)] ?? ''
  if (record.length !== columns.length) complain(`${record.length} fields where the header has ${columns.length}.`)
  const voterId = text('voter_id')
  if (voterId === '') complain('voter_id is empty.')
  const twin = seen.get(oneSpelling(voterId))
  if (twin === undefined) seen.set(oneSpelling(voterId), line)
  else complain(`voter_id "${voterId}" stands on line ${twin} too.`)
  const unit = text('reporting_unit')
  const place = shape.places.find(({ id }) => id === unit || localIdOf(id) === unit)
  if (place === undefined) complain(`"${unit}" is not a place of this election where ballots are cast.`)
  const channel = readChannel(text('channel'), complain)
  const attributes = shape.attributes.flatMap((attribute) => columns.includes(attribute.localId) ? readAttribute(attribute, text(attribute.localId), complain) : [])
  const [name, address] = [text('name'), text('address')]
  return { voterId, reportingUnitId: place?.id ?? '', attributes, ...(name === '' ? {} : { name }), ...(address === '' ? {} : { address }), ...(channel === null ? {} : { channel }) }
}

function readChannel(text: string, complain: (sentence: string) => void): VoteChannel | null {
  if (text === '') return null
  const channel = VOTE_CHANNELS.find((known) => known === text.toUpperCase())
  if (channel === undefined) complain(`channel "${text}" is none of ${VOTE_CHANNELS.join(', ')}.`)
  return channel ?? null
}

function readAttribute(attribute: AttributeShape, value: string, complain: (sentence: string) => void): { attributeId: string, valueId: string }[] {
  if (value === '') return []
  if (!attribute.values.includes(value)) complain(`${attribute.localId} "${value}" is none of ${attribute.values.join(', ')}.`)
  return [{ attributeId: attribute.id, valueId: value }]
}
