import { createBallotLedger } from '@livetally/core/store'
import type { EmbeddedPostgres } from '@livetally/local'
import { castAll, CONNECTIONS } from '../accept/cast-all.js'
import { castRows } from '../accept/cast-rows.js'
import { openElection } from '../election/open-election.js'
import { cpuTimeMs, ownCpuTimeMs } from '../process-cost.js'
import { readStorage, type Storage } from './storage.js'

/** What it had cost to come so far. */
export interface Milestone { ballots: number, nodeMs: number, postgresMs: number, wallMs: number }

export interface Growth { milestones: Milestone[], storage: Storage }

const CHUNK = 20_000
const BATCH = 200

/** Casts ballots into one election by `cast_batch`, and looks at an eighth, a quarter, a half and the whole. */
export async function measureGrowth({ postgres, databaseUrl, contests, ballots, onCast }: {
  postgres: EmbeddedPostgres, databaseUrl: string, contests: number, ballots: number, onCast: (count: number) => void
}): Promise<Growth> {
  await using open = await openElection(databaseUrl, { contests, boxes: CONNECTIONS, slug: 'bench-growth' })
  await using ledger = createBallotLedger(open.database)
  const spent: Milestone = { ballots: 0, nodeMs: 0, postgresMs: 0, wallMs: 0 }
  const milestones: Milestone[] = []
  const marks = [8, 4, 2, 1].map((part) => Math.round(ballots / part))
  while (spent.ballots < ballots) {
    const mark = marks.find((one) => one > spent.ballots) ?? ballots
    const count = Math.min(CHUNK, mark - spent.ballots)
    const rows = castRows(open.structure, open.election.phaseVersion, spent.ballots, count)
    const [node, server, began] = [ownCpuTimeMs(), await cpuTimeMs(postgres.pid() ?? 0), performance.now()]
    await castAll(ledger, open.election.key, rows, BATCH)
    spent.wallMs += performance.now() - began
    spent.nodeMs += ownCpuTimeMs() - node
    spent.postgresMs += await cpuTimeMs(postgres.pid() ?? 0) - server
    spent.ballots += count
    onCast(count)
    if (spent.ballots === mark) milestones.push({ ...spent })
  }
  return { milestones, storage: await readStorage(open.database, ballots) }
}
