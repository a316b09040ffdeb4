import { createTallyStore, openDatabase } from '@livetally/core/store'
import { setTimeout as wait } from 'node:timers/promises'

export interface RebuildProgress { readonly boxes: number, readonly done: number }

/** What became of a rebuild. `NOT_DONE`: no worker took the boxes in time; they are still asked for, and done when one comes. */
export type RebuildOutcome = { kind: 'DONE' | 'NOT_DONE', boxes: number, done: number } | { kind: 'NO_ELECTION' }

const LOOK_MS = 200

/**
 * Has every box of an election counted anew from the ledger, by the workers that tally it, and waits until they have. What
 * is published goes on being served meanwhile; each box switches once its new count has caught up with the old one.
 */
export async function rebuild(databaseUrl: string, slug: string, { limitMs, onProgress = () => undefined }: { limitMs: number, onProgress?: (progress: RebuildProgress) => void }): Promise<RebuildOutcome> {
  await using database = await openDatabase({ databaseUrl, role: 'worker', applicationName: 'livetally-rebuild', maxConnections: 1 })
  const { rows } = await database.pool.query<{ key: number }>('SELECT key FROM election WHERE slug = $1', [slug])
  const [election] = rows
  if (election === undefined) return { kind: 'NO_ELECTION' }
  const boxes = await createTallyStore(database).wantRebuild(election.key)
  const until = performance.now() + limitMs
  for (;;) {
    const { rows: [waiting] } = await database.pool.query<{ count: string }>('SELECT count(*) FROM box_position WHERE election = $1 AND wanted_generation > generation', [election.key])
    const done = boxes - Number(waiting?.count ?? 0)
    onProgress({ boxes, done })
    if (done >= boxes) return { kind: 'DONE', boxes, done }
    if (performance.now() >= until) return { kind: 'NOT_DONE', boxes, done }
    await wait(LOOK_MS)
  }
}
