import type { ElectionPhase } from '../election/index.js'

/** What a voter or a counting centre is told of one ballot. */
export type Verdict =
  /** `castAt` as the receipt says it: see `receiptTime`. */
  | { kind: 'ACCEPTED', election: number, tracker: string, castAt: number, repeated: boolean }
  | { kind: 'ALREADY_VOTED' }
  | { kind: 'IDEMPOTENCY_CONFLICT' }
  | { kind: 'ELECTION_NOT_OPEN', phase: ElectionPhase }
  | { kind: 'NOT_ELIGIBLE', message: string }
  | { kind: 'INVALID_BALLOT', problems: string[] }

export type VerdictKind = Verdict['kind']

const NOT_OPEN: Record<ElectionPhase, string> = {
  DRAFT: 'This election has not been published yet.',
  SCHEDULED: 'Voting has not opened yet.',
  OPEN: 'Voting was interrupted while this ballot was on its way. Cast it again.',
  PAUSED: 'Voting is paused.',
  CLOSED: 'Voting has closed.',
  CERTIFIED: 'Voting has closed.',
}

/** The verdict in a sentence for people. */
export function sentenceOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'ACCEPTED': return 'The ballot is in the ledger, for good.'
    case 'ALREADY_VOTED': return 'A vote of this voter has already been accepted. It counts; this one does not.'
    case 'IDEMPOTENCY_CONFLICT': return 'Another ballot was accepted under this idempotency key. It counts; this one does not.'
    case 'ELECTION_NOT_OPEN': return NOT_OPEN[verdict.phase]
    case 'NOT_ELIGIBLE': return verdict.message
    case 'INVALID_BALLOT': return 'This ballot does not fit the election.'
    default: return verdict satisfies never
  }
}

export const invalid = (...problems: string[]): Verdict => ({ kind: 'INVALID_BALLOT', problems })
