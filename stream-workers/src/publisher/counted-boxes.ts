import type { Election, ResultsStatus } from '@livetally/core/election'
import type { RevisionStore } from '@livetally/core/store'
import type { MergedTallies } from './merged-tallies.js'

/** How far the boxes of an election are counted, and what results of them are called. */
export interface CountedBoxes {
  /** Every ballot box is counted to its seal, and not beyond. */
  isAllCounted(): boolean
  status(): ResultsStatus
  /** Tallies do not say of what type the corrections were: asks, where that decides the status. */
  lookForRecount(): Promise<void>
}

/** `sealed` (box → where it ends) and the election are read as they are at each call. `isAllTold`: nothing is left to decide of how the choices of secret ballots are told. */
export function createCountedBoxes({ key, store, merged, sealed, election, isAllTold }: {
  key: number, store: Pick<RevisionStore, 'hasRecount'>, merged: Pick<MergedTallies, 'position'>, sealed: ReadonlyMap<number, number>, election: () => Election, isAllTold: () => boolean
}): CountedBoxes {
  let recount = { generation: 1, nextSeq: 0, isContained: false }

  const corrections = () => merged.position(election().structure.correctionsBox) ?? { generation: 1, nextSeq: 0 }
  const reachesSeals = (last: number): boolean => {
    for (let box = 0; box <= last; box += 1) {
      const sealedSeq = sealed.get(box)
      if (sealedSeq === undefined || merged.position(box)?.nextSeq !== sealedSeq) return false
    }
    return true
  }
  const isAllCounted = (): boolean => reachesSeals(election().structure.boxCount - 1)
  const statusOfClosed = (): ResultsStatus => {
    if (!isAllCounted() || !isAllTold()) return 'UNOFFICIAL_PARTIAL'
    if (corrections().nextSeq === 0) return 'UNOFFICIAL_COMPLETE'
    return recount.isContained ? 'RECOUNT' : 'CORRECTION'
  }
  return {
    isAllCounted,
    status() {
      const { phase, structure } = election()
      switch (phase) {
        case 'DRAFT':
        case 'SCHEDULED': return 'PRE_ELECTION'
        case 'OPEN':
        case 'PAUSED': return 'UNOFFICIAL_PARTIAL'
        case 'CLOSED': return statusOfClosed()
        // Corrections end with a seal as well: before all of them are in it, a result is not the one that was certified.
        case 'CERTIFIED': return reachesSeals(structure.correctionsBox) && isAllTold() ? 'CERTIFIED' : statusOfClosed()
        default: return phase satisfies never
      }
    },
    async lookForRecount() {
      const isOver = (): boolean => election().phase === 'CLOSED' || election().phase === 'CERTIFIED'
      for (let at = corrections(); isOver() && (recount.generation !== at.generation || recount.nextSeq !== at.nextSeq); at = corrections()) {
        const isContained = at.nextSeq > 0 && await store.hasRecount(key, election().structure.correctionsBox, at.nextSeq)
        recount = { generation: at.generation, nextSeq: at.nextSeq, isContained }
      }
    },
  }
}
