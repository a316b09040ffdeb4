import type { AttributeValues, VoteChannel } from '../../election/index.js'
import type { Database } from '../database/database.js'
import { voterKeySql } from '../ledger/voter-key.js'

export interface VoterRegistration {
  voterId: string
  voterRef: Buffer
  /** HMAC of the voting code; the code itself is stored nowhere. */
  codeHash: Buffer
  unit: string
  channel?: VoteChannel
  attributes: AttributeValues
  name?: string
  address?: string
}

/** `codeIssue`: how often the code was issued anew; 0 for the first. */
export interface RegisteredVoter { voterRef: Buffer, unit: string, channel: VoteChannel | null, attributes: AttributeValues, hasVoted: boolean, codeIssue: number }

export type Reissue = { ok: true, voterId: string, unit: string } | { ok: false, reason: 'NOT_ON_ROLL' | 'HAS_VOTED' | 'VOTING_ENDED' }

export interface VoterStore {
  /**
   * Adds voters to the roll and raises their units' registered voters in the same statement. Known voter ids are left as they are;
   * those whose code is the one that is registered are `repeated`.
   */
  register(election: number, voters: readonly VoterRegistration[]): Promise<{ registered: string[], repeated: string[], alreadyRegistered: string[] }>
  /** Lets a new code take the place of the voter's, and of the sessions that it opened. `voterRefs`: under which one voter may stand on the roll; the first that is found counts. */
  reissue(election: number, voterRefs: readonly Buffer[], codeHash: Buffer, issuedBy: string): Promise<Reissue>
  findByCode(election: number, codeHash: Buffer): Promise<RegisteredVoter | undefined>
}

/** The roll: who may vote where. */
export function createVoterStore({ pool }: Database): VoterStore {
  // In a statement of its own: the one that registers does not see what another committed while it waited for the roll.
  const findRepeated = async (election: number, voters: readonly VoterRegistration[]): Promise<string[]> => {
    const { rows } = await pool.query<{ voter_id: string }>(FIND_REPEATED, [election, voters.map(({ voterId }) => voterId), voters.map(({ codeHash }) => codeHash)])
    return rows.map((row) => row.voter_id)
  }

  return {
    async register(election, voters) {
      const { rows } = await pool.query<{ voter_id: string }>(REGISTER, [
        election,
        voters.map((voter) => voter.voterId), voters.map((voter) => voter.voterRef), voters.map((voter) => voter.codeHash),
        voters.map((voter) => voter.unit), voters.map((voter) => voter.channel ?? null), voters.map((voter) => JSON.stringify(voter.attributes)),
        voters.map((voter) => voter.name ?? null), voters.map((voter) => voter.address ?? null),
      ])
      const registered = new Set(rows.map((row) => row.voter_id))
      const others = voters.filter(({ voterId }) => !registered.has(voterId))
      const repeated = new Set(others.length === 0 ? [] : await findRepeated(election, others))
      return { registered: [...registered], repeated: [...repeated], alreadyRegistered: others.map(({ voterId }) => voterId).filter((id) => !repeated.has(id)) }
    },
    async reissue(election, voterRefs, codeHash, issuedBy) {
      const { rows: [row] } = await pool.query<{ outcome: string, voter_id: string, unit: string }>('SELECT * FROM reissue_voting_code($1, $2::bytea[], $3, $4)', [election, voterRefs, codeHash, issuedBy])
      switch (row?.outcome) {
        case 'ISSUED': return { ok: true, voterId: row.voter_id, unit: row.unit }
        case 'NOT_ON_ROLL':
        case 'HAS_VOTED':
        case 'VOTING_ENDED': return { ok: false, reason: row.outcome }
        default: throw new Error(`reissue_voting_code answered ${String(row?.outcome)}.`)
      }
    },
    async findByCode(election, codeHash) {
      const { rows } = await pool.query<{ voter_ref: Buffer, unit: string, channel: VoteChannel | null, attributes: AttributeValues, has_voted: boolean, code_issue: number }>(FIND, [election, codeHash])
      const row = rows[0]
      return row && { voterRef: row.voter_ref, unit: row.unit, channel: row.channel, attributes: row.attributes, hasVoted: row.has_voted, codeIssue: row.code_issue }
    },
  }
}

/*
 * The roll's row is locked first, so parts of one roll come one after the other. Everybody who is named gets a number; those of
 * voters who are known already stay unused. Numbers are dealt by the random code, so they say nothing of the order of the roll.
 */
const REGISTER = `
  WITH roll_end AS (
    INSERT INTO roll AS r (election, next_number) VALUES ($1, cardinality($2::text[]))
    ON CONFLICT (election) DO UPDATE SET next_number = r.next_number + EXCLUDED.next_number
    RETURNING next_number
  ), added AS (
    INSERT INTO voter (election, voter_id, voter_ref, code_hash, unit, channel, attributes, name, address, number)
    SELECT $1, w.*, e.next_number - row_number() OVER (ORDER BY w.code_hash)
    FROM roll_end e CROSS JOIN unnest($2::text[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::jsonb[], $8::text[], $9::text[])
      AS w (voter_id, voter_ref, code_hash, unit, channel, attributes, name, address)
    ORDER BY w.voter_id
    ON CONFLICT DO NOTHING
    RETURNING voter_id, unit
  ), counted AS (
    UPDATE reporting_unit u SET registered_voters = u.registered_voters + a.voters
    FROM (SELECT unit, count(*)::integer AS voters FROM added GROUP BY unit) a
    WHERE u.election = $1 AND u.id = a.unit
  )
  SELECT voter_id FROM added`

const FIND_REPEATED = `
  SELECT v.voter_id FROM unnest($2::text[], $3::bytea[]) AS w (voter_id, code_hash)
  JOIN voter v ON v.election = $1 AND v.voter_id = w.voter_id AND v.code_hash = w.code_hash`

const FIND = `
  SELECT v.voter_ref, v.unit, v.channel, v.attributes,
    has_voted(v.election, ${voterKeySql('v.voter_ref')}) AS has_voted,
    voting_code_issue_of(v.election, ${voterKeySql('v.voter_ref')}) AS code_issue
  FROM voter v WHERE v.election = $1 AND v.code_hash = $2`
