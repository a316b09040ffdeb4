import type { VoteChannel } from './vocabulary.js'

/** What one voter chose: contest id → ids of the marked options. A contest of the style that is missing was left blank. */
export type Selections = Readonly<Record<string, readonly string[]>>

/** Attribute id → value id of the voter's group. */
export type AttributeValues = Readonly<Record<string, string>>

/** A ballot without its voter. All ids are those of the definition. */
export interface Ballot {
  readonly unit: string
  readonly channel: VoteChannel
  readonly attributes: AttributeValues
  readonly selections: Selections
}

interface EntryBase {
  readonly seq: number
  /** When the ballot was cast: the database's clock, or the source's in elections with imported time. Milliseconds since 1970. */
  readonly castAt: number
  /** SHA-256 commitment, 64 hex digits. */
  readonly commitment: string
  /** On the last entry of each ledger transaction: the box's running digest, 64 hex digits. */
  readonly chain?: string
}

export interface BallotEntry extends EntryBase, Ballot { readonly kind: 'BALLOT' }
/** Says that nothing before `castAt` will enter this box on time any more; counts nothing. */
export interface TickEntry extends EntryBase { readonly kind: 'TICK' }

/** One row of a ballot box, as ledger, relay and tabulator know it. */
export type BoxEntry = BallotEntry | TickEntry
