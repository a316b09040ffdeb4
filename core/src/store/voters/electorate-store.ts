import type { ResultRow, VoterGroup } from '../../election/index.js'
import type { Database } from '../database/database.js'

/** How many may vote, and how far the roll reached when it was asked: both of one instant. */
export interface Standing {
  /** Eligible voters per leaf: the definition's number, or the roll's where that is greater. */
  eligible: Map<string, number>
  /** Everybody whose number is below has been registered, and nobody else. */
  nextNumber: number
}

/** The roll as those see it who count: numbers and groups, nobody's name and nobody's reference. */
export interface ElectorateStore {
  standing(election: number): Promise<Standing>
  /** Voters with numbers `from` … `to` − 1, by polling place and attributes. */
  groups(election: number, from: number, to: number): Promise<VoterGroup[]>
  /** Rows of view `electorate` as the newest revision has them. */
  published(election: number): Promise<ResultRow[]>
}

export function createElectorateStore({ pool }: Pick<Database, 'pool'>): ElectorateStore {
  return {
    async standing(election) {
      const { rows } = await pool.query<{ next_number: string, id: string | null, eligible: number }>(STANDING, [election])
      return {
        eligible: new Map(rows.flatMap(({ id, eligible }): [string, number][] => id === null ? [] : [[id, eligible]])),
        nextNumber: Number(rows[0]?.next_number ?? 0),
      }
    },
    async groups(election, from, to) {
      const { rows } = await pool.query<{ unit: string, attributes: VoterGroup['attributes'], voters: string }>(GROUPS, [election, from, to])
      return rows.map(({ unit, attributes, voters }) => ({ unit, attributes, voters: Number(voters) }))
    },
    async published(election) {
      const { rows } = await pool.query<{ key: string, counts: number[] }>(PUBLISHED, [election])
      return [...new Map(rows.map(({ key, counts }): [string, ResultRow] => [key, { view: 'electorate', key, counts }])).values()]
    },
  }
}

const STANDING = `
  SELECT r.next_number, u.id, greatest(u.eligible_voters, u.registered_voters) AS eligible
  FROM (SELECT coalesce(max(next_number), 0) AS next_number FROM roll WHERE election = $1) r
  LEFT JOIN reporting_unit u ON u.election = $1 AND u.box IS NOT NULL AND (u.eligible_voters IS NOT NULL OR u.registered_voters > 0)`

const GROUPS = `
  SELECT unit, attributes, count(*) AS voters FROM voter WHERE election = $1 AND number >= $2 AND number < $3 GROUP BY unit, attributes`

/* From the last full revision on; of a key that was published several times the last one counts. */
const PUBLISHED = `
  SELECT c.changed ->> 1 AS key, c.changed -> 2 AS counts
  FROM result_revision r CROSS JOIN LATERAL json_array_elements(r.changes) c (changed)
  WHERE r.election = $1 AND c.changed ->> 0 = 'electorate'
    AND r.revision >= (SELECT max(revision) FROM result_revision WHERE election = $1 AND is_full)
  ORDER BY r.revision`
