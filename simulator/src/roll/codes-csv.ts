import { canonicalVoterId } from '@livetally/core/voting'
import { localIdOf } from '../system/election-shape.js'
import type { NewVoter, Registration } from '../system/voters.js'

export const CODES_HEADER = 'voter_id,voting_code,reporting_unit,name\n'

/** Voting codes as CSV, in the order of the roll: `voter_id,voting_code,reporting_unit,name`. */
export function codesCsv(voters: readonly NewVoter[], registered: Registration['registered']): string {
  return CODES_HEADER + codesRows(voters, registered)
}

/** The same without the header. Every code has a row, whatever spelling of its voter the roll has. */
export function codesRows(voters: readonly NewVoter[], registered: Registration['registered']): string {
  const left = new Map(registered.map((one) => [canonicalVoterId(one.voterId), one]))
  const rows = voters.flatMap(({ voterId, reportingUnitId, name = '' }) => {
    const id = canonicalVoterId(voterId)
    const code = left.get(id)?.votingCode
    left.delete(id)
    return code === undefined ? [] : [[voterId, code, localIdOf(reportingUnitId), name]]
  })
  return [...rows, ...[...left.values()].map(({ voterId, votingCode }) => [voterId, votingCode, '', ''])].map((row) => `${row.map(field).join(',')}\n`).join('')
}

/** The rows of a file that was perhaps cut off in the middle of one, without that one. */
export function wholeRows(text: string): string {
  let end = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted
    else if (text[at] === '\n' && !isQuoted) end = at + 1
  }
  return text.slice(0, end)
}

/** Every voting code that stands in a text. */
export function codesIn(text: string): Set<string> {
  return new Set(text.match(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/g))
}

/** A cell that a spreadsheet would obey gets an apostrophe before it, so that it is text. */
function field(text: string): string {
  const obeyed = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text
  return /[",\r\n\t]/.test(obeyed) ? `"${obeyed.replaceAll('"', '""')}"` : obeyed
}
