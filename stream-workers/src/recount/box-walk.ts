import type pg from 'pg'
import type { BoxReader, LedgerEntry } from './box-reader.js'
import { createBoxReader } from './box-reader.js'
import type { HandCount } from './hand-count.js'

/** Counts one box as far as it is asked to, and goes on from there. */
export interface BoxWalk {
  readonly count: HandCount
  /** So many entries are counted. */
  readonly at: number
  /** True if the last entry that was counted seals the box. */
  readonly isSealed: boolean
  /** Counts all entries below `seq`; false if the box ends before. */
  advanceTo(seq: number): Promise<boolean>
}

export function createBoxWalk({ client, election, box, pageSize, count, onEntry }: {
  client: pg.ClientBase
  election: number
  box: number
  pageSize: number
  count: HandCount
  /** Hears of every entry, and whether it was counted. */
  onEntry: (entry: LedgerEntry, isCounted: boolean) => void
}): BoxWalk {
  const reader: BoxReader = createBoxReader(client, election, box, pageSize)
  let at = 0
  let isSealed = false
  return {
    count,
    get at() { return at },
    get isSealed() { return isSealed },
    async advanceTo(seq) {
      while (at < seq) {
        const next = reader.peek()
        if (next === undefined) {
          if (!await reader.fill()) return false
          continue
        }
        // Behind a hole.
        if (next.entry.seq >= seq) break
        reader.skip()
        onEntry(next, count.count(next.entry))
        isSealed = next.entry.kind === 'SEAL'
        at = next.entry.seq + 1
      }
      at = Math.max(at, seq)
      return true
    },
  }
}
