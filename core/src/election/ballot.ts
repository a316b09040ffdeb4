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
/** The last entry of a ballot box: voting has ended, at `castAt` for every box of the election. Counts nothing, and releases what was held back. */
export interface SealEntry extends EntryBase { readonly kind: 'SEAL' }

/** NIST SP 1500-100 names these as the reasons why a reported count changes. */
export const CORRECTION_TYPES = ['CORRECTION', 'RETRACTION', 'RECOUNT'] as const
export type CorrectionType = (typeof CORRECTION_TYPES)[number]

/** Which count of a place is corrected: ballots (of the place, or of one contest there), undervotes, overvotes, or the votes of one option. */
export type CorrectedCount =
  | { readonly count: 'BALLOTS', readonly contest?: string }
  | { readonly count: 'UNDERVOTES' | 'OVERVOTES', readonly contest: string }
  | { readonly count: 'VOTES', readonly contest: string, readonly option: string }

/** One count that was `old` and is `new`; what is counted is their difference. */
export type CountChange = CorrectedCount & { readonly old: number, readonly new: number }

/** What a clerk corrects at one polling place and channel. All ids are those of the definition. */
export interface Correction {
  readonly type: CorrectionType
  /** A leaf. */
  readonly unit: string
  readonly channel: VoteChannel
  readonly changes: readonly CountChange[]
  readonly reason: string
  /** Subject of the token it was made with. */
  readonly by: string
}

/** Lies in the corrections box of its election, and nowhere else. `castAt` is when it was made. */
export interface CorrectionEntry extends EntryBase { readonly kind: 'CORRECTION', readonly correction: Correction }

/** One row of a ballot box, as ledger, relay and tabulator know it. */
export type BoxEntry = BallotEntry | TickEntry | CorrectionEntry | SealEntry
