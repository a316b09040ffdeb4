import type { RevisionStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import { startLoop, type Clock } from '../pace.js'
import { createTrouble, tell } from '../story.js'
import type { HeldElections } from './held-elections.js'

const THIN_MS = 60_000

/** Old revisions of the elections that are published here: one a minute is enough for history. Every revision is kept for `keptMs`. */
export function startRevisionThinner({ held, store, keptMs, clock, logger }: { held: Pick<HeldElections, 'all'>, store: Pick<RevisionStore, 'thin'>, keptMs: number, clock: Clock, logger: Logger }): AsyncDisposable {
  const apart = createApart({ logger, clock }, 'old revisions of this election cannot be thinned')
  let isStopping = false
  const thin = async (): Promise<number> => {
    for (const [key, { publisher }] of held.all()) {
      await apart.attempt({ election: key }, async () => {
        let thinned = 0
        for (let gone = 1; gone > 0 && !isStopping; thinned += gone) gone = await store.thin(publisher.claim, clock.wallTime() - keptMs)
        if (thinned > 0) tell(logger, 'THINNED', { election: key, records: thinned }, 'thinned old revisions to one a minute')
      })
    }
    return THIN_MS
  }
  const loop = startLoop(clock, thin, createTrouble({ logger, clock }, 'old revisions cannot be thinned'))
  return {
    [Symbol.asyncDispose]() {
      isStopping = true
      return loop[Symbol.asyncDispose]()
    },
  }
}
