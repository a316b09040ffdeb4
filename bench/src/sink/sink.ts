import { startOwnPostgres } from '@livetally/local/test-network'
import { createProgress } from '@livetally/simulator'
import { raceFlushes, type FlushRow } from './flush-race.js'
import { measureGrowth, type Growth, type Milestone } from './growth.js'
import type { Storage } from './storage.js'

export interface SinkOptions { ballots: number, contests: number, flushes: number }

export interface SinkReport {
  flushes: FlushRow[]
  milestones: readonly Milestone[]
  /** By contests on a ballot. */
  storage: readonly { contests: number, parts: Storage }[]
}

/** So many show what a ballot takes. */
const BALLOTS_WEIGHED = 200_000

/** What resting in Postgres costs: the worker's transaction, and ballots by the million. */
export async function measureSink({ ballots, contests, flushes }: SinkOptions, tell: (line: string) => void): Promise<SinkReport> {
  tell('starting Postgres')
  await using postgres = await startOwnPostgres()
  tell(`${flushes} flushes of each size, and plain inserts of the same rows`)
  const raced = await raceFlushes({ postgres, databaseUrl: postgres.url, contests, flushes })
  const grown = await castMillions({ contests, ballots })
  if (contests === 1) return { flushes: raced, milestones: grown.milestones, storage: [{ contests, parts: grown.storage }] }
  const short = await castMillions({ contests: 1, ballots: Math.min(ballots, BALLOTS_WEIGHED) })
  return { flushes: raced, milestones: grown.milestones, storage: [{ contests, parts: grown.storage }, { contests: 1, parts: short.storage }] }
}

/** Into a Postgres of their own. */
async function castMillions({ contests, ballots }: { contests: number, ballots: number }): Promise<Growth> {
  await using postgres = await startOwnPostgres()
  const progress = createProgress(`casting ballots of ${contests} contest${contests === 1 ? '' : 's'}`, ballots, 'ballots')
  try {
    return await measureGrowth({ postgres, databaseUrl: postgres.url, contests, ballots, onCast: (count) => progress.add(count) })
  } finally {
    progress.stop()
  }
}
