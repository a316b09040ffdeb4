import type { Database } from '../database/database.js'

/** Ballots of one election at each of the three states, for system status. */
export interface ElectionPositions { election: number, accepted: number, tabulated: number, published: number, revision: number, publishedAt: number | null }

export interface PositionReader { positions(): Promise<ElectionPositions[]> }

/** Reads how far the counting is, for people who look after it. */
export function createPositionReader({ pool }: Database): PositionReader {
  return {
    async positions() {
      const { rows } = await pool.query<{ election: number, accepted: string, tabulated: string, published: string, revision: number, published_at: Date | null }>(POSITIONS)
      return rows.map((row) => ({
        election: row.election, accepted: Number(row.accepted), tabulated: Number(row.tabulated), published: Number(row.published),
        revision: row.revision, publishedAt: row.published_at?.getTime() ?? null,
      }))
    },
  }
}

const POSITIONS = `
  SELECT b.election, b.accepted, b.tabulated, coalesce(r.published, 0) AS published, coalesce(r.revision, 0) AS revision, r.published_at
  FROM (
    SELECT b.election, sum(b.next_seq) AS accepted, sum(coalesce(p.next_seq, 0)) AS tabulated FROM ballot_box b
    LEFT JOIN box_position p ON p.election = b.election AND p.box = b.box GROUP BY b.election
  ) b LEFT JOIN LATERAL (
    SELECT r.revision, r.published_at, (SELECT sum((v ->> 'nextSeq')::bigint) FROM json_array_elements(r.vector) v) AS published
    FROM result_revision r WHERE r.election = b.election ORDER BY r.revision DESC LIMIT 1
  ) r ON true ORDER BY b.election`
