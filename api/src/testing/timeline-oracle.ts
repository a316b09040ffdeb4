import type { Querying } from './simulated-clock.js'

/** Windows as they are asked for; lengths in seconds. */
export type OracleWindow =
  | { kind: 'TUMBLING' | 'CUMULATIVE', size: number }
  | { kind: 'HOPPING', size: number, advance: number }
  | { kind: 'SESSION', gap: number }

export interface OracleScope { election: number, timeZone: string, contest?: { id: string, options: readonly string[] }, units?: readonly string[] }

/** `[start, end, isFinal, ballots, votes of each option …]`, instants in ISO 8601. */
export type OracleRow = readonly [start: string, end: string, isFinal: boolean, ...counts: number[]]

/**
 * Counts windows over the ledger by plain SQL, with nothing of the system's own counting: ballots on time by the rule of
 * the design (imported time: late if the pane's end + grace is at or before the watermark that the entries before it in its
 * box had raised), edges by Postgres' own time zones.
 */
export async function windowsBySql(owner: Querying, scope: OracleScope, window: OracleWindow): Promise<OracleRow[]> {
  const votes = scope.contest?.options.map((option) => `count(o.at) FILTER (WHERE (o.selections -> '${scope.contest?.id}')::jsonb ? '${option}')::int`) ?? []
  const counts = ['count(o.at)::int', ...votes].join(', ')
  const windows = window.kind === 'SESSION' ? sessions(window.gap) : edged(window)
  const margin = window.kind === 'SESSION' ? window.gap : 0
  const { rows } = await owner.query(`
    WITH ${ON_TIME}, final AS (${FINAL_UNTIL}), windows AS (${windows})
    SELECT $2::text, json_build_array(${iso('w.start')}, ${iso('w.stop')}, w.stop + ${margin} * interval '1 second' <= (SELECT until FROM final), ${counts}) AS row
    FROM windows w LEFT JOIN on_time o ON o.at >= w.start AND o.at < w.stop
    GROUP BY w.start, w.stop ORDER BY w.start, w.stop`,
  [scope.election, scope.timeZone, scope.units ?? null])
  return rows.map(({ row }) => row as OracleRow)
}

/** Ballots of a scope that are in no window. */
export async function lateBySql(owner: Querying, { election, timeZone, units }: OracleScope): Promise<{ ballots: number, late: number, outOfOrder: number }> {
  const { rows: [row] } = await owner.query(`WITH ${ON_TIME} SELECT count(*)::int AS ballots, count(*) FILTER (WHERE is_late)::int AS late, count(*) FILTER (WHERE at < before)::int AS "outOfOrder", $2::text FROM judged`, [election, timeZone, units ?? null])
  return row as { ballots: number, late: number, outOfOrder: number }
}

const ON_TIME = `
  rules AS (SELECT e.time_source = 'IMPORTED' AS imported, e.disorder_ms * interval '1 millisecond' AS disorder, e.grace_ms * interval '1 millisecond' AS grace FROM election e WHERE e.key = $1),
  entries AS (
    SELECT b.*, max(b.cast_at) OVER (PARTITION BY b.box ORDER BY b.seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM box_entry b WHERE b.election = $1
  ),
  judged AS (
    SELECT n.cast_at AS at, n.before, n.selections,
      r.imported AND date_bin('10 s', n.cast_at, 'epoch') + interval '10 s' + r.grace <= n.before - r.disorder AS is_late
    FROM entries n CROSS JOIN rules r WHERE n.kind = 0 AND ($3::text[] IS NULL OR n.unit = ANY ($3::text[]))
  ),
  on_time AS (SELECT * FROM judged WHERE is_late IS NOT TRUE),
  span AS (SELECT min(at) AS first, max(at) AS last FROM on_time)`

/** Once every box is sealed, everything is final; else the least that any box has come to. */
const FINAL_UNTIL = `
  SELECT CASE WHEN bool_and(b.sealed_seq IS NOT NULL) THEN 'infinity' WHEN (SELECT imported FROM rules)
    THEN date_bin('10 s', min(CASE WHEN b.sealed_seq IS NULL THEN (SELECT max(n.cast_at) FROM entries n WHERE n.box = b.box) - r.disorder - r.grace END), 'epoch')
    ELSE date_bin('10 s', min(b.last_cast_at), 'epoch') END AS until
  FROM ballot_box b CROSS JOIN rules r
  WHERE b.election = $1 AND b.box < (SELECT max(o.box) FROM ballot_box o WHERE o.election = $1)`

function edged(window: Exclude<OracleWindow, { kind: 'SESSION' }>): string {
  const step = window.kind === 'HOPPING' ? window.advance : window.size
  const overlap = window.kind === 'HOPPING' ? window.size / window.advance : 1
  const edges = edgesOf(step, overlap)
  const first = window.kind === 'CUMULATIVE' ? 'min(edge) OVER ()' : 'edge'
  return `SELECT start, stop FROM (SELECT ${first} AS start, edge AS opened, lead(edge, ${overlap}) OVER (ORDER BY edge) AS stop FROM (${edges}) e) d, span WHERE stop > first AND opened <= last`
}

/**
 * Edges by the clocks of the place. Sizes that divide an hour: as in UTC, from which the clocks differ by whole hours. Whole
 * hours: what the clocks show, taken back to an instant by Postgres. Others: every ten seconds looked at, one by one.
 */
function edgesOf(step: number, overlap: number): string {
  if (3_600 % step === 0) return `SELECT date_bin('${step} s', first, 'epoch') + n * interval '${step} s' AS edge FROM span, generate_series(${1 - overlap}, 1000000 / ${step}) n`
  const shown = (at: string): string => `extract(epoch FROM ${at} AT TIME ZONE $2::text)`
  if (step % 3_600 === 0) return `SELECT (timestamp 'epoch' + (floor(${shown('first')} / ${step}) + n) * interval '${step} s') AT TIME ZONE $2::text AS edge FROM span, generate_series(${1 - overlap}, 1000000 / ${step}) n`
  return `SELECT at AS edge FROM (
    SELECT at, floor(shown / ${step}) <> floor(lag(shown) OVER moments / ${step}) OR shown - lag(shown) OVER moments - 10 <= -${step} AS is_edge
    FROM (SELECT at, ${shown('at')} AS shown FROM span, generate_series(date_bin('10 s', first, 'epoch') - ${step * overlap} * interval '1 s', last + ${step * overlap} * interval '1 s', interval '10 s') at) m
    WINDOW moments AS (ORDER BY at)
  ) e WHERE is_edge`
}

/** Islands of panes with ballots. */
function sessions(gap: number): string {
  return `
    SELECT min(pane) AS start, max(pane) + interval '10 s' AS stop FROM (
      SELECT pane, count(*) FILTER (WHERE is_first) OVER (ORDER BY pane) AS island FROM (
        SELECT pane, pane - lag(pane) OVER (ORDER BY pane) - interval '10 s' >= ${gap} * interval '1 second' IS NOT FALSE AS is_first
        FROM (SELECT DISTINCT date_bin('10 s', at, 'epoch') AS pane FROM on_time) p
      ) f
    ) i GROUP BY island`
}

function iso(at: string): string {
  return `to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
