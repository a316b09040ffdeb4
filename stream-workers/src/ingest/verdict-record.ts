import { encodeBallotDecided, TOPIC, type BallotDecided, type OutgoingRecord } from '@livetally/core/events'
import { sentenceOf, type Verdict } from '@livetally/core/voting'
import type { Submission, Unbelieved } from './submission.js'

const MOST_PROBLEMS = 100

/** What the sender of a believed ballot is told. The same verdict on the same record is the same bytes. */
export function decidedOf({ record, source, ballot }: Submission, verdict: Verdict): BallotDecided {
  const { partition, offset } = record
  const base = { v: 1 as const, idempotencyKey: ballot.idempotencyKey, source, election: ballot.election, partition, offset, message: sentenceOf(verdict) }
  switch (verdict.kind) {
    case 'ACCEPTED': return { ...base, verdict: 'ACCEPTED', tracker: verdict.tracker, castAt: verdict.castAt }
    case 'ALREADY_VOTED':
    case 'NOT_ELIGIBLE':
    case 'IDEMPOTENCY_CONFLICT': return { ...base, verdict: verdict.kind }
    case 'ELECTION_NOT_OPEN': return { ...base, verdict: 'ELECTION_NOT_OPEN', phase: verdict.phase }
    case 'INVALID_BALLOT': return { ...base, verdict: 'INVALID_BALLOT', problems: verdict.problems.slice(0, MOST_PROBLEMS).map((problem) => problem.slice(0, 2_000)) }
    default: return verdict satisfies never
  }
}

/** What is said of a record that was set aside. Of a ballot that was believed, whose it is. */
export function asideOf({ record: { partition, offset }, verdict, reason }: Unbelieved, believed?: Submission): BallotDecided {
  return {
    v: 1, idempotencyKey: believed?.ballot.idempotencyKey ?? null, source: believed?.source ?? null, election: believed?.ballot.election ?? null,
    partition, offset, message: reason.slice(0, 2_000), verdict,
  }
}

/** In the partition of the same number as the record that it answers, under the key that was signed, or else that of the record. */
export function verdictRecord(decided: BallotDecided, recordKey: string | undefined, partitions: number): OutgoingRecord {
  return {
    topic: TOPIC.ballotsVerdicts,
    partition: decided.partition % partitions,
    key: decided.idempotencyKey ?? (recordKey ?? '').slice(0, 200),
    value: encodeBallotDecided(decided),
  }
}
