import type { BallotLedger, RevisionStore } from '@livetally/core/store'
import type { ReceiptState } from '../schema/vocabulary.js'

/** Where one ballot is. Says nothing of what it says. */
export interface BallotPlace { election: number, box: number, castAt: number, state: ReceiptState, revision: number | null, publishedAt: Date | null }

export interface ReceiptDesk {
  /** Undefined: no ballot has this tracker. */
  find(tracker: string): Promise<BallotPlace | undefined>
}

const TRACKER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export function createReceiptDesk({ ledger, revisions }: { ledger: Pick<BallotLedger, 'findByTracker'>, revisions: Pick<RevisionStore, 'firstHolding' | 'positions'> }): ReceiptDesk {
  return {
    async find(typed) {
      const tracker = typed.trim().toLowerCase()
      const entry = TRACKER.test(tracker) ? await ledger.findByTracker(tracker) : undefined
      if (entry === undefined) return undefined
      const { election, box, seq, castAt } = entry
      const published = await revisions.firstHolding(election, box, seq)
      if (published !== undefined) return { election, box, castAt, state: 'PUBLISHED', revision: published.revision, publishedAt: published.publishedAt }
      const tallied = (await revisions.positions(election)).find((position) => position.box === box)?.nextSeq ?? 0
      return { election, box, castAt, state: tallied > seq ? 'TABULATED' : 'ACCEPTED', revision: null, publishedAt: null }
    },
  }
}
