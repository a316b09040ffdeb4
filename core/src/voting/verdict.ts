import type { ElectionPhase } from '../election/index.js'

/** What a voter or a counting centre is told of one ballot. */
export type Verdict =
  | { kind: 'ACCEPTED', election: number, tracker: string, castAt: number, repeated: boolean }
  | { kind: 'ALREADY_VOTED' }
  | { kind: 'IDEMPOTENCY_CONFLICT' }
  | { kind: 'ELECTION_NOT_OPEN', phase: ElectionPhase }
  | { kind: 'NOT_ELIGIBLE', message: string }
  | { kind: 'INVALID_BALLOT', problems: string[] }

export type VerdictKind = Verdict['kind']

export const invalid = (...problems: string[]): Verdict => ({ kind: 'INVALID_BALLOT', problems })
