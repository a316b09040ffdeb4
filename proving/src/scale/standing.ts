import { eventually, type TestNetwork } from '@livetally/local/test-network'
import { recount } from '@livetally/stream-workers/recount'

export interface Standing { accepted: number, tabulated: number, published: number }

const STANDING = `
  SELECT (SELECT coalesce(sum(next_seq), 0) FROM ballot_box)::float8 AS accepted,
    (SELECT coalesce(sum(next_seq), 0) FROM box_position)::float8 AS tabulated,
    (SELECT coalesce(sum((v ->> 'nextSeq')::bigint), 0) FROM election e
      CROSS JOIN LATERAL (SELECT vector FROM result_revision r WHERE r.election = e.key ORDER BY revision DESC LIMIT 1) r
      CROSS JOIN LATERAL json_array_elements(r.vector) v)::float8 AS published`

/** Ballots of all elections at each of the three states. */
export async function standing({ pool }: TestNetwork): Promise<Standing> {
  const { rows: [row] } = await pool.query<Standing>(STANDING)
  return row ?? { accepted: 0, tabulated: 0, published: 0 }
}

const LIMIT_MS = 1_800_000

/** Resolves when so many entries are tabulated or published. */
export function reached(network: TestNetwork, state: keyof Standing, count: number): Promise<Standing> {
  return eventually(async () => {
    const now = await standing(network)
    return now[state] >= count && now
  }, { limitMs: LIMIT_MS, everyMs: 100, what: `${count} ballots to be ${state}` })
}

/** Counts again from nothing; throws if anything differs. */
export async function expectRecountAgrees({ urlOf }: TestNetwork, slug: string): Promise<{ ballots: number, seconds: number }> {
  const began = performance.now()
  const report = await recount(urlOf('auditor'), slug)
  if (report === undefined) throw new Error(`The recount found no election ${slug}.`)
  if (!report.agrees) throw new Error(`The recount of ${slug} differs: ${report.checks.flatMap(({ problems }) => problems).slice(0, 5).join('; ')}`)
  return { ballots: report.ballots, seconds: (performance.now() - began) / 1_000 }
}
