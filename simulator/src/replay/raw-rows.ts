import { withoutUnseen } from '@livetally/core/election'
import { isNone, readCell, type Cell } from './cells.js'
import type { Columns } from './columns.js'
import type { CsvRecord } from './csv-records.js'
import { districtKey, isWriteIn, nameKey, titleKey } from './names.js'
import { partyCode, withoutParty } from './parties.js'
import type { PrecinctRow } from './precinct-file.js'

/** A row of a file in one spelling: what is spelt in several ways is written as it was first. */
export interface RawRow extends Omit<PrecinctRow, 'votes' | 'voteFor'> {
  /** The candidate as this very row has it. */
  spelling: string
  votes: Cell
  channels: readonly Cell[]
  voteFor: Cell
}

/** Reads the records below the header; where they name no precinct, a county is the one place. Complaints go to `problems`. */
export function readRawRows(columns: Columns, body: readonly CsvRecord[], problems: string[]): RawRow[] {
  const first = createSpellings()
  const hasPrecincts = columns.precinct >= 0
  return body.map(({ record, line }) => {
    if (record.length !== columns.names.length) problems.push(`Line ${line}: ${record.length} fields where the header has ${columns.names.length}.`)
    const text = (at: number): string => isNone(record[at] ?? '') ? '' : withoutUnseen((record[at] ?? '').replace(/\s+/g, ' ')).trim()
    const county = hasPrecincts ? first('county', titleKey(text(columns.county)), text(columns.county)) : ''
    const place = text(hasPrecincts ? columns.precinct : columns.county)
    const precinct = first(`precinct/${county}`, titleKey(place), place)
    const office = first('office', titleKey(text(columns.office)), text(columns.office))
    const district = text(columns.district) === '' ? null : first(`district/${office}`, districtKey(text(columns.district)), text(columns.district))
    const spelling = text(columns.candidate)
    const candidate = isWriteIn(spelling) ? spelling : first(`candidate/${office}/${district ?? ''}`, nameKey(withoutParty(spelling, text(columns.party) || null)), spelling)
    return { line, county, precinct, office, district, party: partyCode(text(columns.party)), candidate, spelling, votes: readCell(record[columns.votes]), channels: columns.channels.map(({ at }) => readCell(record[at])), voteFor: readCell(record[columns.voteFor]) }
  })
}

/** Answers the first spelling of what has the same key within a scope. */
function createSpellings(): (scope: string, key: string, spelling: string) => string {
  const known = new Map<string, string>()
  return (scope, key, spelling) => {
    const name = `${scope}\u0000${key}`
    const found = known.get(name)
    if (found === undefined) known.set(name, spelling)
    return found ?? spelling
  }
}
