import type pg from 'pg'
import { searchWords, type ElectionPhase } from '../../election/index.js'

export type ElectionOrder = 'OPENS_AT_ASC' | 'OPENS_AT_DESC' | 'NAME_ASC' | 'NAME_DESC'

export interface ElectionPageRequest {
  search?: string
  phases?: readonly ElectionPhase[]
  orderBy: ElectionOrder
  limit: number
  /** The last row already seen: its value in the order asked for, and its key. */
  after?: { value: string, key: number }
  /** Read towards the start of the list; the rows still come in the order asked for. */
  backwards?: boolean
}

export interface ElectionPage { rows: { key: number, slug: string, name: string, opensAt: string }[], totalCount: number }

/** What a search looks at, folded as `foldText` folds: name and slug, which no word of a search spans. */
const FOLDED = String.raw`regexp_replace(replace(replace(lower(regexp_replace(normalize(regexp_replace(name || ' ' || slug,
  '[''\u2018-\u201B\u2032\u02B9-\u02BF\u0060\u00B4\u055A\uA78C\uFF07\u200C\u200D]', '', 'g'), NFKD), '[\u0300-\u036F]', '', 'g')), U&'\00DF', 'ss'), U&'\1E9E', 'ss'), '\s+', ' ', 'g')`

/** One page of elections by keyset: stable while elections come and go. `opensAt` is RFC 3339 with microseconds, as cursors need. */
export async function listElections(pool: pg.Pool, request: ElectionPageRequest): Promise<ElectionPage> {
  const byName = request.orderBy.startsWith('NAME')
  const descends = request.orderBy.endsWith('DESC') !== (request.backwards ?? false)
  const column = byName ? 'lower(name)' : 'opens_at'
  const type = byName ? 'text' : 'timestamptz'
  const values = [
    searchWords(request.search ?? '').map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`),
    request.phases === undefined || request.phases.length === 0 ? null : [...request.phases],
  ]
  const matches = `${FOLDED} LIKE ALL ($1::text[]) AND ($2::text[] IS NULL OR phase = ANY ($2))`
  const { rows } = await pool.query<{ key: number, slug: string, name: string, opens_at: string }>(`
    SELECT key, slug, name, to_char(opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS opens_at FROM election
    WHERE ${matches} AND ($3::text IS NULL OR (${column}, key) ${descends ? '<' : '>'} (${byName ? 'lower($3)' : `$3::${type}`}, $4::integer))
    ORDER BY ${column} ${descends ? 'DESC' : 'ASC'}, key ${descends ? 'DESC' : 'ASC'} LIMIT $5`,
  [...values, request.after?.value ?? null, request.after?.key ?? null, request.limit])
  const counted = await pool.query<{ count: string }>(`SELECT count(*) FROM election WHERE ${matches}`, values)
  const found = rows.map(({ key, slug, name, opens_at: opensAt }) => ({ key, slug, name, opensAt }))
  return { rows: request.backwards === true ? found.toReversed() : found, totalCount: Number(counted.rows[0]?.count ?? 0) }
}
