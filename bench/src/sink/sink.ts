import { startOwnPostgres } from '@livetally/local/test-network'
import { createProgress } from '@livetally/simulator'
import { raceFlushes, type FlushRow } from './flush-race.js'
import { measureGrowth, type Growth } from './growth.js'

export interface SinkOptions { ballots: number, contests: number, flushes: number }

export interface SinkReport extends Growth { flushes: FlushRow[] }

/** What resting in Postgres costs: the worker's transaction, and ballots by the million. */
export async function measureSink({ ballots, contests, flushes }: SinkOptions, tell: (line: string) => void): Promise<SinkReport> {
  tell('starting Postgres')
  await using postgres = await startOwnPostgres()
  tell(`${flushes} flushes of each size, and plain inserts of the same rows`)
  const raced = await raceFlushes({ postgres, databaseUrl: postgres.url, contests, flushes })
  await using other = await startOwnPostgres()
  const progress = createProgress('casting ballots', ballots, 'ballots')
  try {
    return { flushes: raced, ...await measureGrowth({ postgres: other, databaseUrl: other.url, contests, ballots, onCast: (count) => progress.add(count) }) }
  } finally {
    progress.stop()
  }
}
