import type { JoinedSets } from '../../election/index.js'
import type { Database } from '../database/database.js'
import type { PublisherClaim } from './revision-store.js'

/** Which groups of voters who cast secret ballots are told together, and which places: decided once, by whoever publishes. */
export interface GroupReleaseStore {
  /** What was decided, in its order. */
  decided(election: number): Promise<JoinedSets[]>
  /** Adds to what was decided. What is known stays as it is, and a publisher that was superseded adds nothing. */
  decide(claim: Pick<PublisherClaim, 'election' | 'epoch'>, sets: readonly JoinedSets[]): Promise<void>
}

export function createGroupReleaseStore({ pool }: Pick<Database, 'pool'>): GroupReleaseStore {
  return {
    async decided(election) {
      const { rows } = await pool.query<JoinedSets>('SELECT names, joined FROM group_release WHERE election = $1 ORDER BY position', [election])
      return rows
    },
    async decide({ election, epoch }, sets) {
      await pool.query(DECIDE, [election, epoch, JSON.stringify(sets)])
    },
  }
}

const DECIDE = `
  INSERT INTO group_release (election, names, position, joined)
  SELECT p.election, s.value ->> 'names', s.place + (SELECT count(*) FROM group_release g WHERE g.election = p.election), s.value -> 'joined'
  FROM publisher_position p CROSS JOIN jsonb_array_elements($3::jsonb) WITH ORDINALITY AS s (value, place)
  WHERE p.election = $1 AND p.epoch = $2
  ON CONFLICT (election, names) DO NOTHING`
