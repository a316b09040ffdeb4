import { createSerial, type Serial } from '@livetally/core/events'
import { inLanes } from '@livetally/core/store'

/** Work on elections: of one strictly one after the other, of different ones side by side. */
export interface Turns {
  of<Result>(election: number, work: () => Promise<Result>): Promise<Result>
  /** Whether something of this election is under way or waits. */
  isBusy(election: number): boolean
  /** Runs the work of each, of a few elections at once: one that takes its time holds up no other. */
  ofEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void>
}

/** Elections worked on at once: they share the connections of this process with its other roles. */
export const SIDE_BY_SIDE = 4

export function createTurns(): Turns {
  const serials = new Map<number, { serial: Serial, waiting: number }>()
  return {
    async of(election, work) {
      const one = serials.get(election) ?? { serial: createSerial(), waiting: 0 }
      serials.set(election, one)
      one.waiting += 1
      try {
        return await one.serial.run(work)
      } finally {
        one.waiting -= 1
        if (one.waiting === 0) serials.delete(election)
      }
    },
    isBusy: (election) => serials.has(election),
    ofEach: (items, work) => inLanes(items, SIDE_BY_SIDE, work),
  }
}

/** What is done with one election, one after the other. */
export type InTurn = <Result>(key: number, work: () => Promise<Result>) => Promise<Result>
