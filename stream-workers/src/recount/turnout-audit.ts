import type pg from 'pg'
import { createProblems } from './problems.js'
import type { RecountElection } from './recount-election.js'

/** Participations of an election, and how many of them belong to nobody on its roll. */
export interface Participations { readonly rows: number, readonly voters: number, readonly hasRoll: boolean, readonly offRoll: number }

/** Who voted is nobody's to read here: the database answers with numbers. */
export async function readParticipations(client: pg.ClientBase, election: number): Promise<Participations> {
  const { rows } = await client.query<{ rows: string, voters: string, has_roll: boolean, off_roll: string }>(`
    SELECT count(*) AS rows, count(DISTINCT voter_ref) AS voters,
      coalesce((SELECT next_number > 0 FROM roll WHERE election = $1), false) AS has_roll, participations_off_roll($1) AS off_roll
    FROM participation WHERE election = $1`, [election])
  const row = rows[0]
  return { rows: Number(row?.rows ?? 0), voters: Number(row?.voters ?? 0), hasRoll: row?.has_roll ?? false, offRoll: Number(row?.off_roll ?? 0) }
}

/**
 * Participations within the roll. Ballots that centres hand in under numbers of their own take part beside the roll, and nothing
 * in the database tells them from stuffed ones: so many as `sourceBallots` says were handed in, or if nobody says, no more than
 * there are ballots of channels in which centres count; who votes online is on the roll (docs/decisions/online-voters-are-on-the-roll.md).
 */
export function auditParticipations({ rows, voters, hasRoll, offRoll }: Participations, countedByCentres: number, sourceBallots: number | undefined): { problems: string[], remarks: string[] } {
  const twice = voters === rows ? [] : [`${rows - voters} participations too many`]
  if (!hasRoll || (offRoll === 0 && sourceBallots === undefined)) return { problems: twice, remarks: [] }
  const said = `${offRoll} participations belong to nobody on the roll`
  if (sourceBallots !== undefined) return { problems: [...twice, ...offRoll === sourceBallots ? [] : [`${said}, and ${sourceBallots} ballots were handed in under numbers of their sources`]], remarks: [] }
  if (offRoll > countedByCentres) return { problems: [...twice, `${said}, more than the ${countedByCentres} ballots of other channels than ONLINE, so at least ${offRoll - countedByCentres} that came online are of nobody on the roll. If sources handed such in under numbers of their own, say how many ballots they handed in (--source-ballots)`], remarks: [] }
  return { problems: twice, remarks: [`${said}. Ballots that centres handed in under numbers of their own (castVotes with sourceBallotNumber) are such, and so are ballots that nobody cast: say how many were handed in (--source-ballots) to have it checked`] }
}

/** Turnout within the eligible of each place. Only the roll is an authority, and only where nobody votes beside it. */
export async function auditTurnout(client: pg.ClientBase, election: RecountElection, turnout: ReadonlyMap<string, number>, { hasRoll, offRoll }: Participations): Promise<{ problems: string[], remarks: string[] }> {
  const problems = createProblems()
  const remarks = createProblems(5)
  const { rows } = await client.query<{ id: string, eligible: number | null, registered: string }>(`
    SELECT u.id, u.eligible_voters AS eligible, count(v.number) AS registered FROM reporting_unit u
    LEFT JOIN voter v ON v.election = u.election AND v.unit = u.id WHERE u.election = $1 AND u.box IS NOT NULL GROUP BY u.id, u.eligible_voters`, [election.key])
  for (const { id, eligible, registered } of rows) {
    const ballots = turnout.get(id) ?? 0
    if (hasRoll && offRoll === 0 && ballots > Number(registered)) problems.add(`${id}: ${ballots} ballots of ${registered} voters on the roll`)
    else if (hasRoll && ballots > Number(registered)) remarks.add(`${id}: ${ballots} ballots of ${registered} voters on the roll, beside which others may vote`)
    else if (eligible !== null && ballots > eligible) remarks.add(`${id}: ${ballots} ballots, and its definition names ${eligible} eligible voters`)
  }
  return { problems: problems.all, remarks: remarks.all }
}
