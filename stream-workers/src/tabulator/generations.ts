import type { TallyStore } from '@livetally/core/store'
import type { Elections } from '../elections.js'
import type { Clock } from '../pace.js'
import { createBallotBox, type BallotBox } from './ballot-box.js'
import { viewsOf } from '../views.js'
import { rolledPanes, type PaneRetention } from './pane-retention.js'
import type { SliceFolder } from './slice-folder.js'

/** A box being counted anew from its ledger, beside what is counted now, with a position of its own. */
export interface Generation {
  readonly nextSeq: number
  /** Folds a slice and writes it. Returns how many entries that were, 0 at the ledger's head; `LOST` if somebody else owns the box now. */
  advance(): Promise<number | 'LOST'>
  /** From here on the box is what was counted anew. False if somebody else owns it now. */
  finish(): Promise<boolean>
}

export interface Generations {
  /** Begins the next generation of a box, counting what the definition now asks for. Undefined if the election is gone. */
  begin(old: BallotBox): Promise<Generation | undefined>
}

export function createGenerations({ store, elections, folder, clock, retention }: {
  store: Pick<TallyStore, 'writeBeside' | 'replace'>, elections: Elections, folder: SliceFolder, clock: Clock, retention: PaneRetention
}): Generations {
  return {
    async begin(old) {
      const { claim } = old
      // Read again: it is counted anew because the definition was edited, or the database restored.
      const election = await elections.reload(claim.election)
      if (election === undefined) return undefined
      const { structure } = election
      const rolled = rolledPanes(structure.definition.time, retention, { now: clock.wallTime(), newestAt: old.tally.newestAt, before: claim.rolled })
      const next = { ...claim, generation: claim.generation + 1, nextSeq: 0, chain: '', newestAt: Number.NEGATIVE_INFINITY, views: viewsOf(structure), rolled }
      const fresh = createBallotBox(structure, next, [])
      let isFirst = true
      return {
        get nextSeq() { return fresh.position.nextSeq },
        async advance() {
          const folded = await folder.fold(fresh)
          const flush = fresh.takeFlush()
          if (flush !== undefined || isFirst) {
            if (!(await store.writeBeside(claim, flush ?? { ...next, fromSeq: 0, toSeq: 0, rows: [] }, isFirst))) return 'LOST'
            isFirst = false
          }
          // A ledger that changes while it is read is read again from here; whoever changed it is told of by the chain.
          return folded === 'OTHER_LEDGER' ? 'LOST' : folded
        },
        async finish() {
          // A box without entries folds nothing: remains of an earlier attempt must not become its tally.
          if (isFirst && !(await store.writeBeside(claim, { ...next, fromSeq: 0, toSeq: 0, rows: [] }, true))) return false
          return store.replace(claim, { ...next, toSeq: fresh.position.nextSeq, chain: fresh.position.chain, newestAt: fresh.tally.newestAt })
        },
      }
    },
  }
}
