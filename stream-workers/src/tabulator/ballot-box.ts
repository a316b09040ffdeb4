import { createTally, type BoxEntry, type Structure, type Tally, type TallyRow } from '@livetally/core/election'
import type { BoxClaim, BoxFlush } from '@livetally/core/store'
import { createPosition, type Position } from './position.js'

/** What taking entries did. `stopped` says why it ended early: nothing behind that entry was taken. `FULL` asks for a flush first. */
export interface Taken { folded: number, repeats: number, invalid: number, stopped: 'GAP' | 'BROKEN' | 'FULL' | undefined }

/** A flush, and the digest that it goes on from: numbers alone do not say of which history it is. */
export interface BoxMove extends BoxFlush { readonly fromChain: string }

/** One ballot box in memory, owned under an epoch: its tally, and how far it is folded and flushed. */
export interface BallotBox {
  readonly claim: BoxClaim
  readonly position: Position
  readonly tally: Tally
  /** Folds entries in order, up to the first that does not follow. */
  take(entries: readonly BoxEntry[]): Taken
  /** Folds entries of a ledger whose digests are broken, unchecked. */
  force(entries: readonly BoxEntry[]): Taken
  /** What changed since the last flush, or undefined if nothing did. Once taken, it must be written or the box dropped. */
  takeFlush(): BoxMove | undefined
}

/** Rows that wait to be written: they bound memory and the time of one flush. */
const ROWS_PER_FLUSH = 20_000

export function createBallotBox(structure: Structure, claim: BoxClaim, rows: readonly TallyRow[]): BallotBox {
  const position = createPosition(claim)
  const tally = createTally(structure, { rows, newestAt: claim.newestAt, rolled: claim.rolled, views: claim.views }, claim.box)
  let flushed = { nextSeq: claim.nextSeq, chain: claim.chain }

  const fold = (entries: readonly BoxEntry[]): number => entries.reduce((invalid, entry) => tally.add(entry) ? invalid : invalid + 1, 0)

  return {
    claim,
    position,
    tally,
    take(entries) {
      const taken: Taken = { folded: 0, repeats: 0, invalid: 0, stopped: undefined }
      for (const entry of entries) {
        const step = position.offer(entry)
        switch (step.kind) {
          case 'REPEAT': taken.repeats += 1; break
          case 'PENDING': break
          case 'LINK':
            taken.folded += step.entries.length
            taken.invalid += fold(step.entries)
            if (tally.changes >= ROWS_PER_FLUSH) return { ...taken, stopped: 'FULL' }
            break
          case 'GAP':
          case 'BROKEN': return { ...taken, stopped: step.kind }
          default: step satisfies never
        }
      }
      return taken
    },
    force(entries) {
      position.force(entries)
      return { folded: entries.length, repeats: 0, invalid: fold(entries), stopped: undefined }
    },
    takeFlush() {
      if (position.nextSeq === flushed.nextSeq) return undefined
      const flush: BoxMove = { ...claim, fromSeq: flushed.nextSeq, fromChain: flushed.chain, toSeq: position.nextSeq, chain: position.chain, newestAt: tally.newestAt, rows: tally.takeChanges() }
      flushed = { nextSeq: position.nextSeq, chain: position.chain }
      return flush
    },
  }
}
