import { z } from 'zod'
import { createEventFormat, field } from './event-format.js'

/** Longest record of topic `ballots.incoming` that is looked at, in bytes. */
export const SUBMISSION_BYTES = 65_536

/** A ballot that another system hands in, signed with a key that was registered for it. */
export interface BallotSubmitted {
  readonly v: 1
  /** A compact JSON Web Signature (RFC 7515) over a `SignedBallot`; its header's `kid` names the key. */
  readonly ballot: string
}

export const ballotSubmittedSchema: z.ZodType<BallotSubmitted> = z.object({
  v: field.version,
  ballot: z.string().max(SUBMISSION_BYTES).regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'must be a compact JSON Web Signature')
    .describe('A compact JSON Web Signature (RFC 7515) over a SignedBallot. Its header names the key in `kid`.'),
})

const format = createEventFormat(ballotSubmittedSchema)
export const encodeBallotSubmitted = format.encode
export const parseBallotSubmitted = format.parse

/** Records of one key keep their order. A record without a key, or with another, is taken all the same: what was signed counts. */
export function ballotSubmittedKey(idempotencyKey: string): string {
  return idempotencyKey
}
