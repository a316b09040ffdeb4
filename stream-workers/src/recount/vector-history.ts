import type pg from 'pg'

/** Of so many of the newest revisions: an election may have published for days, twenty times a second. */
const LOOKED_AT = 20_000

/** Sentences about revisions that name fewer entries of a box than the one before them, though the box was not counted anew (invariant I6). */
export async function readStepsBack(client: pg.ClientBase, election: number, limit = 20): Promise<string[]> {
  const { rows } = await client.query<{ revision: number, box: number, next_seq: string, former: string }>(`
    SELECT revision, box, next_seq, former FROM (
      SELECT revision, box, generation, next_seq, lag(generation) OVER by_box AS former_generation, lag(next_seq) OVER by_box AS former
      FROM (SELECT revision, vector FROM result_revision WHERE election = $1 ORDER BY revision DESC LIMIT ${LOOKED_AT}) newest
      CROSS JOIN LATERAL (
        SELECT (v ->> 'box')::integer AS box, (v ->> 'generation')::integer AS generation, (v ->> 'nextSeq')::bigint AS next_seq FROM json_array_elements(vector) v
      ) named
      WINDOW by_box AS (PARTITION BY box ORDER BY revision)
    ) steps
    WHERE generation < former_generation OR (generation = former_generation AND next_seq < former)
    ORDER BY revision, box LIMIT $2`, [election, limit])
  return rows.map(({ revision, box, next_seq, former }) => `revision ${revision} takes box ${box} back from entry ${former} to entry ${next_seq}`)
}
