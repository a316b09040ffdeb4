import type { Database } from '@livetally/core/store'

/** Bytes in Postgres per ballot, by table or index, the largest first. Indexes and what is stored out of line included. */
export type Storage = readonly { name: string, bytesPerBallot: number }[]

export async function readStorage({ pool }: Database, ballots: number): Promise<Storage> {
  const { rows } = await pool.query<{ name: string, bytes: string }>(SIZES)
  return rows.map(({ name, bytes }) => ({ name, bytesPerBallot: Number(bytes) / ballots }))
}

/** Tables without their indexes, and each index. */
const SIZES = `
  SELECT c.relname AS name, pg_table_size(c.oid) AS bytes FROM pg_class c
  WHERE c.oid IN ('box_entry'::regclass, 'participation'::regclass)
  UNION ALL
  SELECT c.relname, pg_relation_size(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid IN ('box_entry'::regclass, 'participation'::regclass)
  ORDER BY bytes DESC`
