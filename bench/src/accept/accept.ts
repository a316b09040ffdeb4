import { createBallotLedger, type CastRow } from '@livetally/core/store'
import { startOwnPostgres } from '@livetally/local/test-network'
import { openElection } from '../election/open-election.js'
import { percentiles } from '../percentiles.js'
import { cpuTimeMs, ownCpuTimeMs } from '../process-cost.js'
import { castAll, CONNECTIONS } from './cast-all.js'
import { castRows } from './cast-rows.js'

export interface AcceptOptions { votes: number, contests: number }

export interface AcceptRow {
  /** Ballots in one transaction. */
  batch: number
  votes: number
  votesPerSecond: number
  /** ms from calling `castBatch` to its answer. */
  p50: number
  p99: number
  /** µs per vote. */
  nodeUs: number
  postgresUs: number
}

const BATCHES = [1, 20, 50, 200, 500]
const WARM_UP_SHARE = 0.2

/** `cast_batch()` alone: two connections, each filling a box of its own, on a Postgres with fsync on. */
export async function measureAccept({ votes, contests }: AcceptOptions, tell: (line: string) => void): Promise<AcceptRow[]> {
  tell('starting Postgres')
  await using postgres = await startOwnPostgres()
  await using open = await openElection(postgres.url, { contests, boxes: CONNECTIONS })
  await using ledger = createBallotLedger(open.database)
  const pid = postgres.pid() ?? 0
  let cast = 0
  const rowsFor = (count: number): CastRow[] => {
    cast += count
    return castRows(open.structure, open.election.phaseVersion, cast - count, count)
  }
  const measured: AcceptRow[] = []
  for (const batch of BATCHES) {
    // One ballot a transaction is bound by the disk, not by what a vote costs: fewer are enough.
    const count = Math.max(batch * 10, Math.round(Math.min(votes, batch * 2_000) / batch) * batch)
    tell(`${count.toLocaleString('en')} votes, ${batch} a transaction`)
    const warmUp = Math.ceil(count * WARM_UP_SHARE / batch) * batch
    await castAll(ledger, open.election.key, rowsFor(warmUp), batch)
    const rows = rowsFor(count)
    const [postgresBefore, nodeBefore, began] = [await cpuTimeMs(pid), ownCpuTimeMs(), performance.now()]
    const latencies = await castAll(ledger, open.election.key, rows, batch)
    const [lasted, nodeAfter, postgresAfter] = [performance.now() - began, ownCpuTimeMs(), await cpuTimeMs(pid)]
    const [p50 = 0, p99 = 0] = percentiles(latencies, [50, 99])
    measured.push({
      batch, votes: count, votesPerSecond: count / (lasted / 1_000), p50, p99,
      nodeUs: ((nodeAfter - nodeBefore) * 1_000) / count, postgresUs: ((postgresAfter - postgresBefore) * 1_000) / count,
    })
  }
  return measured
}
