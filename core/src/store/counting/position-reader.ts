import type { Database } from '../database/database.js'

/** How many are accepted, tabulated and published. */
export interface Progress { accepted: number, tabulated: number, published: number }

/** How far the counting of one election is, for system status: entries of all kinds, and the ballots among them. */
export interface ElectionPositions extends Progress {
  election: number
  /** Never too many: what waits to be counted is taken for ballots, though it may be a tick or a seal. */
  ballots: Progress
  revision: number
  publishedAt: number | null
}

export interface PositionReader { positions(): Promise<ElectionPositions[]> }

/** Reads how far the counting is, for people who look after it. */
export function createPositionReader({ pool }: Database): PositionReader {
  return {
    async positions() {
      const { rows } = await pool.query<Row>(POSITIONS)
      return rows.map((row) => ({
        election: row.election, accepted: Number(row.accepted), tabulated: Number(row.tabulated), published: Number(row.published),
        ballots: { accepted: Number(row.ballots_accepted), tabulated: Number(row.ballots_tabulated), published: Number(row.ballots_published) },
        revision: row.revision, publishedAt: row.published_at?.getTime() ?? null,
      }))
    },
  }
}

interface Row {
  election: number, accepted: string, tabulated: string, published: string
  ballots_accepted: string, ballots_tabulated: string, ballots_published: string
  revision: number, published_at: Date | null
}

const POSITIONS = `
  SELECT b.election, sum(b.next_seq) AS accepted, sum(t.next_seq) AS tabulated, sum(v.next_seq) AS published,
    sum(b.ballots) AS ballots_accepted,
    sum(greatest(b.ballots - greatest(b.next_seq - t.next_seq, 0), 0)) AS ballots_tabulated,
    sum(greatest(b.ballots - greatest(b.next_seq - v.next_seq, 0), 0)) AS ballots_published,
    coalesce(max(r.revision), 0) AS revision, max(r.published_at) AS published_at
  FROM ballot_box b
  CROSS JOIN LATERAL (
    SELECT coalesce((SELECT p.next_seq FROM box_position p WHERE p.election = b.election AND p.box = b.box), 0) AS next_seq
  ) t
  LEFT JOIN (
    SELECT e.key AS election, n.* FROM election e CROSS JOIN LATERAL (
      SELECT r.revision, r.published_at, r.vector FROM result_revision r WHERE r.election = e.key ORDER BY r.revision DESC LIMIT 1
    ) n
  ) r ON r.election = b.election
  CROSS JOIN LATERAL (
    SELECT coalesce((SELECT (v ->> 'nextSeq')::bigint FROM json_array_elements(r.vector) v WHERE (v ->> 'box')::integer = b.box LIMIT 1), 0) AS next_seq
  ) v
  GROUP BY b.election ORDER BY b.election`
