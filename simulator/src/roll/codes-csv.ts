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

function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
