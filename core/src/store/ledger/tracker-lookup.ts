import type { Database } from '../database/database.js'

/** What a repeat is answered from. `castAt` in ms since 1970. */
export interface StoredBallot { castAt: number, commitment: Buffer }

export interface TrackerLookup { findByTracker(tracker: string): Promise<StoredBallot | undefined> }

interface Asked { readonly tracker: string, readonly resolve: (found: StoredBallot | undefined) => void, readonly reject: (error: unknown) => void }
interface Row { tracker: string, cast_at: Date, commitment: Buffer }

/** As many as `find_ballots` answers for. */
const MOST_AT_ONCE = 1_000
const MOST_IN_FLIGHT = 2

/**
 * Looks ballots up by their trackers, many in one statement: a counting centre that repeats a list of a thousand must not
 * take every connection for a thousand statements.
 */
export function createTrackerLookup({ pool }: Pick<Database, 'pool'>): TrackerLookup {
  let waiting: Asked[] = []
  let inFlight = 0

  const ask = async (asked: readonly Asked[]): Promise<void> => {
    try {
      const { rows } = await pool.query<Row>({ name: 'find_by_trackers', text: FIND, values: [asked.map(({ tracker }) => tracker)] })
      const found = new Map(rows.map((row) => [row.tracker, { castAt: row.cast_at.getTime(), commitment: row.commitment }]))
      for (const { tracker, resolve } of asked) resolve(found.get(tracker))
    } catch (error) {
      for (const { reject } of asked) reject(error)
    } finally {
      inFlight -= 1
      go()
    }
  }
  const go = (): void => {
    while (waiting.length > 0 && inFlight < MOST_IN_FLIGHT) {
      const [now, later] = [waiting.slice(0, MOST_AT_ONCE), waiting.slice(MOST_AT_ONCE)]
      waiting = later
      inFlight += 1
      void ask(now)
    }
  }
  return {
    findByTracker: (tracker) => new Promise((resolve, reject) => {
      waiting.push({ tracker, resolve, reject })
      if (waiting.length === 1) setImmediate(go)
    }),
  }
}

const FIND = 'SELECT tracker, cast_at, commitment FROM find_ballots($1::uuid[])'
