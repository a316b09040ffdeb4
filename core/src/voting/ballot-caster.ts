import { beginningOf } from '../election/index.js'
import type { Election } from '../election/index.js'
import type { CastRow, TrackerLookup } from '../store/index.js'
import type { Batcher, CastOutcome } from './batcher.js'
import { castRowOf, type FittingBallot } from './fitting-ballot.js'
import { receiptTime } from './receipt-time.js'
import { commitTo, isSame, makeReceipt, saltOf, unsealReceipt, type ReceiptSecret } from './receipt.js'
import { invalid, type Verdict } from './verdict.js'

/** What became of a ballot: a verdict, or why there is none yet. The same ballot, cast again under its key, will tell. */
export type CastResult = Verdict | NoVerdict

type NoVerdict =
  /** Never sent: too many are waiting. */
  | { kind: 'BUSY', retryAfterMs: number }
  /** Perhaps accepted, perhaps not: nobody answered in time. */
  | { kind: 'UNKNOWN' }
  /** The ledger refuses this very ballot for a reason that is nobody's vote. */
  | { kind: 'FAILED', error: unknown }

export interface BallotCaster { cast(ballot: FittingBallot): Promise<CastResult> }

/** Counting rule "Accept" 9: once voting has ended nobody learns under another key than the ballot's own who has voted. */
function hearsOfOthers({ phase }: Election): boolean {
  return phase !== 'CLOSED' && phase !== 'CERTIFIED'
}

/** Counting rule "Accept" 5: gives a ballot its receipt, hands it to the batcher, and judges repeats by the receipt that was sealed first. */
export function createBallotCaster({ batcher, stored: lookup, drawReceipt = makeReceipt }: {
  batcher: Pick<Batcher, 'cast'>
  stored: TrackerLookup
  /** Random unless it is said otherwise, as in a simulation that has to repeat itself. */
  drawReceipt?: () => ReceiptSecret
}): BallotCaster {
  /** The voter has voted. With the same key it was perhaps this very ballot: the receipt that was sealed under that key tells. */
  const judgeRepeat = async ({ known, ballot, voterRef, idempotencyKey }: FittingBallot, row: CastRow, participation: { keyHash: Buffer, sealedReceipt: Buffer }): Promise<Verdict> => {
    if (!isSame(participation.keyHash, row.keyHash)) return hearsOfOthers(known.election) ? { kind: 'ALREADY_VOTED' } : { kind: 'ELECTION_NOT_OPEN', phase: known.election.phase }
    const { tracker, salt = saltOf(known.keys.auditKey, tracker) } = unsealReceipt(known.keys.receiptKey(voterRef, idempotencyKey), participation.sealedReceipt)
    const stored = await lookup.findByTracker(tracker)
    if (stored === undefined) throw new Error('A participation has no ballot.')
    if (!isSame(stored.commitment, commitTo(salt, known.election.key, ballot))) return { kind: 'IDEMPOTENCY_CONFLICT' }
    return { kind: 'ACCEPTED', election: known.election.key, tracker, castAt: receiptTime(known.election.structure, stored.castAt), repeated: true }
  }
  const judge = (fitting: FittingBallot, row: CastRow, outcome: CastOutcome): CastResult | Promise<CastResult> => {
    switch (outcome.verdict) {
      case 'ACCEPTED': return { kind: 'ACCEPTED', election: fitting.known.election.key, tracker: row.tracker, castAt: receiptTime(fitting.known.election.structure, outcome.castAt), repeated: false }
      case 'EXISTS': return judgeRepeat(fitting, row, outcome)
      case 'NOT_OPEN': return { kind: 'ELECTION_NOT_OPEN', phase: outcome.phase }
      case 'IN_FUTURE': return invalid(outOfBounds(row.castAt, beginningOf(fitting.known.election), outcome.now))
      case 'BEFORE_OPENING': return invalid(outOfBounds(row.castAt, outcome.earliest))
      case 'VOID_SESSION': return { kind: 'NOT_ELIGIBLE', message: 'A new voting code was issued to you, so the old one no longer counts, nor does what it opened. Sign in with the new one; nothing was cast.' }
      case 'BUSY': return { kind: 'BUSY', retryAfterMs: outcome.retryAfterMs }
      case 'UNKNOWN': return { kind: 'UNKNOWN' }
      case 'FAILED': return { kind: 'FAILED', error: outcome.error }
      default: return outcome satisfies never
    }
  }
  return {
    async cast(fitting) {
      const row = castRowOf(fitting, drawReceipt())
      return judge(fitting, row, await batcher.cast(fitting.known.election.key, fitting.box, row))
    },
  }
}

/** Counting rule "Accept" 8: what an imported time was, and between what it has to lie. */
function outOfBounds(castAt: number | undefined, earliest: number, now?: number): string {
  const clock = now === undefined ? '' : `, which says ${instant(now)}`
  return `castAt is ${castAt === undefined ? 'missing' : instant(castAt)}. It must lie between ${instant(earliest)}, from when on ballots of this election count, and 2 minutes after the clock of the ledger${clock}.`
}

const instant = (ms: number): string => new Date(ms).toISOString()
