import type { Pool } from 'pg'
import type { ElectionPhase } from '../../election/index.js'

/** Voting was made to last longer. */
export interface Extension {
  readonly at: Date
  /** Who made it, as the token said. */
  readonly by: string
  readonly reason: string
  /** The closing time before, and since. */
  readonly from: Date
  readonly to: Date
}

export interface WantedExtension { readonly closesAt: Date, readonly by: string, readonly reason: string }

export type ExtensionOutcome =
  /** It closes at the wanted time, perhaps since an earlier request for the same. */
  | { ok: true }
  /** Only elections that are open or paused can be extended. One whose time is over counts as CLOSED although nobody has closed it yet. */
  | { ok: false, reason: 'WRONG_PHASE', phase: ElectionPhase, closesAt: Date }
  | { ok: false, reason: 'NOT_LATER', phase: ElectionPhase, closesAt: Date }

const MOST_READ = 200

interface AnswerRow { verdict: number, phase: ElectionPhase, closes_at: Date }

/** Throws if there is no such election. */
export async function extendElection(pool: Pool, election: number, { closesAt, by, reason }: WantedExtension): Promise<ExtensionOutcome> {
  const { rows: [row] } = await pool.query<AnswerRow>('SELECT * FROM extend_election($1, $2, $3, $4)', [election, closesAt, by, reason])
  if (row === undefined) throw new Error(`There is no election ${election}.`)
  switch (row.verdict) {
    case 0:
    case 1: return { ok: true }
    case 2: return { ok: false, reason: 'WRONG_PHASE', phase: row.phase, closesAt: row.closes_at }
    default: return { ok: false, reason: 'NOT_LATER', phase: row.phase, closesAt: row.closes_at }
  }
}

/** The newest first, at most 200. */
export async function readExtensions(pool: Pool, election: number): Promise<Extension[]> {
  const { rows } = await pool.query<Extension>(EXTENSIONS, [election, MOST_READ])
  return rows
}

const EXTENSIONS = `
  SELECT at, made_by AS by, reason, closed_at AS "from", closes_at AS "to" FROM extension
  WHERE election = $1 ORDER BY phase_version DESC LIMIT $2`
