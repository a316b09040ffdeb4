import type { JoinedSets } from '../../election/index.js'
import type { Database } from '../database/database.js'
import type { PublisherClaim } from './revision-store.js'

/** Where a sealed box ends: `chain` is the digest of all of it, 64 hex digits. */
export interface BoxEnd { readonly box: number, readonly sealedSeq: number, readonly chain: string }

/** Which groups of voters who cast secret ballots are told together, and which places: decided once, by whoever publishes. */
export interface GroupReleaseStore {
  /** What was decided, in its order. */
  decided(election: number): Promise<JoinedSets[]>
  /**
   * Adds to what was decided, unless the ledger is another than the one it was decided from (the database was restored): its ballot
   * boxes must end where `ends` says. What is known stays as it is. False for a publisher that was superseded: it adds nothing.
   */
  decide(claim: Pick<PublisherClaim, 'election' | 'epoch'>, ends: readonly BoxEnd[], sets: readonly JoinedSets[]): Promise<boolean>
}

export function createGroupReleaseStore({ pool }: Pick<Database, 'pool'>): GroupReleaseStore {
  return {
    async decided(election) {
      const { rows } = await pool.query<JoinedSets>('SELECT names, joined FROM group_release WHERE election = $1 ORDER BY position', [election])
      return rows
    },
    async decide({ election, epoch }, ends, sets) {
      const { rows } = await pool.query<{ isClaimed: boolean }>(DECIDE, [election, epoch, JSON.stringify(sets), ends.map(({ box }) => box), ends.map(({ sealedSeq }) => sealedSeq), ends.map(({ chain }) => chain)])
      return rows[0]?.isClaimed === true
    },
  }
}

const DECIDE = `
  WITH added AS (
    INSERT INTO group_release (election, names, position, joined)
    SELECT p.election, s.value ->> 'names', s.place + (SELECT count(*) FROM group_release g WHERE g.election = p.election), s.value -> 'joined'
    FROM publisher_position p CROSS JOIN jsonb_array_elements($3::jsonb) WITH ORDINALITY AS s (value, place)
    WHERE p.election = $1 AND p.epoch = $2 AND NOT EXISTS (
      SELECT FROM unnest($4::smallint[], $5::bigint[], $6::text[]) AS w (box, sealed_seq, chain) LEFT JOIN ballot_box b ON b.election = $1 AND b.box = w.box
      WHERE b.sealed_seq IS DISTINCT FROM w.sealed_seq OR encode(b.chain, 'hex') IS DISTINCT FROM w.chain
    )
    ON CONFLICT (election, names) DO NOTHING
  )
  SELECT EXISTS (SELECT FROM publisher_position WHERE election = $1 AND epoch = $2) AS "isClaimed"`
