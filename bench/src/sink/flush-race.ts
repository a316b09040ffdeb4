import { createBallotLedger, createTallyStore, openDatabase, type BoxFlush } from '@livetally/core/store'
import type { EmbeddedPostgres } from '@livetally/local'
import { testLoginUrl } from '@livetally/local/test-network'
import pg from 'pg'
import { openElection } from '../election/open-election.js'
import { percentiles } from '../percentiles.js'
import { cpuTimeMs, ownCpuTimeMs } from '../process-cost.js'
import { createFlushSource } from './flush-source.js'
import { createPlainInserts } from './plain-inserts.js'

export interface FlushRow {
  /** Ballots that one flush stands for, and rows that it writes: means. */
  ballots: number
  rows: number
  /** Rows a second, from the median time of a transaction. */
  ours: number
  plain: number
  /** Median of the time of plain inserts against the time of ours, transaction by transaction: 1 is as fast. */
  ratio: number
  /** µs of Node and Postgres per row. */
  oursCpuUs: number
  plainCpuUs: number
}

/** Flushes under way at 1,000 ballots/s, of a busy hour, and of a backlog. */
const BALLOTS_PER_FLUSH = [50, 1_000, 10_000]
const WARM_UP = 3
/** An election wide enough for large flushes: its tallies have thousands of rows. */
const SHAPE = { boxes: 8, places: 2_000, slug: 'bench-flush' }

interface Side { write(flushes: readonly BoxFlush[]): Promise<unknown>, ms: number[], cpuMs: number }

/** The worker's transaction and plain inserts of the same rows, by turns. */
export async function raceFlushes({ postgres, databaseUrl, contests, flushes }: { postgres: EmbeddedPostgres, databaseUrl: string, contests: number, flushes: number }): Promise<FlushRow[]> {
  await using open = await openElection(databaseUrl, { ...SHAPE, contests })
  await using ledger = createBallotLedger(open.database)
  await using worker = await openDatabase({ databaseUrl: testLoginUrl(databaseUrl, 'worker'), role: 'worker', applicationName: 'livetally-bench-sink' })
  const store = createTallyStore(worker)
  const source = await createFlushSource({ open, ledger, store })
  const owner = new pg.Client({ connectionString: databaseUrl })
  await owner.connect()
  const plainInserts = await createPlainInserts(owner, worker).finally(() => owner.end())
  const cpu = async (): Promise<number> => ownCpuTimeMs() + await cpuTimeMs(postgres.pid() ?? 0)
  const timed = async (side: Side, taken: readonly BoxFlush[]): Promise<void> => {
    const [before, began] = [await cpu(), performance.now()]
    await side.write(taken)
    side.ms.push(performance.now() - began)
    side.cpuMs += await cpu() - before
  }
  const measured: FlushRow[] = []
  for (const ballots of BALLOTS_PER_FLUSH) {
    const ours: Side = { write: async (taken) => refuseNone(await store.flush(taken)), ms: [], cpuMs: 0 }
    const plain: Side = { write: (taken) => plainInserts.write(taken), ms: [], cpuMs: 0 }
    let rows = 0
    for (let at = 0; at < WARM_UP + flushes; at += 1) {
      const taken = await source.next(ballots)
      for (const side of at % 2 === 0 ? [ours, plain] : [plain, ours]) await timed(side, taken)
      if (at < WARM_UP) for (const side of [ours, plain]) [side.ms, side.cpuMs] = [[], 0]
      else rows += taken.reduce((sum, flush) => sum + flush.rows.length, 0)
    }
    const median = (of: readonly number[]): number => percentiles(of, [50])[0] ?? Number.NaN
    const perFlush = rows / flushes
    measured.push({
      ballots, rows: perFlush, ratio: median(ours.ms.map((ms, at) => (plain.ms[at] ?? Number.NaN) / ms)),
      ours: perFlush / (median(ours.ms) / 1_000), plain: perFlush / (median(plain.ms) / 1_000),
      oursCpuUs: (ours.cpuMs * 1_000) / rows, plainCpuUs: (plain.cpuMs * 1_000) / rows,
    })
  }
  return measured
}

function refuseNone({ refused }: { refused: readonly unknown[] }): void {
  if (refused.length > 0) throw new Error(`A flush was refused: ${JSON.stringify(refused)}`)
}
