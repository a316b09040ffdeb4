import { localIdOf } from '../system/election-shape.js'
import type { NewVoter, Registration } from '../system/voters.js'

/** Voting codes as CSV, in the order of the roll: `voter_id,voting_code,reporting_unit,name`. */
export function codesCsv(voters: readonly NewVoter[], registered: Registration['registered']): string {
  const codes = new Map(registered.map(({ voterId, votingCode }) => [voterId, votingCode]))
  const rows = voters.flatMap(({ voterId, reportingUnitId, name = '' }) => {
    const code = codes.get(voterId)
    return code === undefined ? [] : [[voterId, code, localIdOf(reportingUnitId), name]]
  })
  return [['voter_id', 'voting_code', 'reporting_unit', 'name'], ...rows].map((row) => `${row.map(field).join(',')}\n`).join('')
}

/** A cell that a spreadsheet would obey gets an apostrophe before it, so that it is text. */
function field(text: string): string {
  const obeyed = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text
  return /[",\r\n\t]/.test(obeyed) ? `"${obeyed.replaceAll('"', '""')}"` : obeyed
}
