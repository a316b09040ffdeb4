import { decideBallot, type Ballot, type Election } from '../election/index.js'
import type { CastRow } from '../store/index.js'
import type { KnownElection } from './known-election.js'
import { commitTo, saltOf, sealReceipt, type ReceiptSecret } from './receipt.js'
import { invalid, type Verdict } from './verdict.js'

/** A ballot that fits its election, with what makes its voter's repeats recognisable. */
export interface FittingBallot {
  readonly known: KnownElection
  readonly box: number
  readonly ballot: Ballot
  /** 32 bytes. */
  readonly voterRef: Buffer
  readonly idempotencyKey: string
  /** Event time in ms, in elections with imported time only. */
  readonly castAt?: number
  /** How often the voter's code had been issued anew when this session began; undefined where there is no session. */
  readonly codeIssue?: number
}

export interface Candidate extends Omit<FittingBallot, 'box'> {
  /** As whose ballot it is judged, where that is not how it is counted. */
  readonly judgedAs?: Ballot
}

/** Counting rule "Accept" 1, and the ballot box that the ballot belongs to; else the verdict why it cannot be cast. */
export function fitBallot({ judgedAs, ...candidate }: Candidate): FittingBallot | Verdict {
  const { structure, phase }: Election = candidate.known.election
  const decision = decideBallot(structure, judgedAs ?? candidate.ballot)
  if (!decision.fits) return invalid(...decision.problems)
  const box = structure.units.get(candidate.ballot.unit)?.box
  // A draft has no ballot boxes yet, and so nobody who could have voted.
  if (box === undefined || phase === 'DRAFT') return { kind: 'ELECTION_NOT_OPEN', phase }
  return { ...candidate, box }
}

/** The row that goes to the ledger: the ballot under the phase version that it met on arrival. */
export function castRowOf({ known, ballot, voterRef, idempotencyKey, castAt, codeIssue }: FittingBallot, receipt: ReceiptSecret): CastRow {
  const { election, keys } = known
  return {
    voterRef,
    keyHash: keys.idempotencyHash(voterRef, idempotencyKey),
    sealedReceipt: sealReceipt(keys.receiptKey(voterRef, idempotencyKey), receipt),
    phaseVersion: election.phaseVersion,
    tracker: receipt.tracker,
    commitment: commitTo(saltOf(keys.auditKey, receipt.tracker), election.key, ballot),
    ballot,
    ...(castAt === undefined ? {} : { castAt }),
    ...(codeIssue === undefined ? {} : { codeIssue }),
  }
}
