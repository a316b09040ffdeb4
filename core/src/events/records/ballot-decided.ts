import { z } from 'zod'
import { ELECTION_PHASES, type ElectionPhase } from '../../election/index.js'
import { createEventFormat, field } from './event-format.js'

interface DecidedBase {
  readonly v: 1
  /** As it was signed; null where no valid signature says it. */
  readonly idempotencyKey: string | null
  /** Whose signature was valid; null if none was. Only then is the verdict about that source's ballot. */
  readonly source: string | null
  /** Slug, as it was signed. */
  readonly election: string | null
  /** Which record of topic `ballots.incoming` this answers; the broker told its sender the same. */
  readonly partition: number
  readonly offset: string
  /** A sentence for people. */
  readonly message: string
}

/** What became of a ballot that another system handed in. Told at least once, and the same again for the same record. */
export type BallotDecided = DecidedBase & (
  /** In the ledger, for good. `castAt` in ms since 1970. */
  | { readonly verdict: 'ACCEPTED', readonly tracker: string, readonly castAt: number }
  | { readonly verdict: 'ALREADY_VOTED' | 'IDEMPOTENCY_CONFLICT' }
  | { readonly verdict: 'ELECTION_NOT_OPEN', readonly phase: ElectionPhase }
  | { readonly verdict: 'INVALID_BALLOT', readonly problems: readonly string[] }
  /** Its voter is not on the roll, or votes at another place: `message` names what is to be looked at, or both places. */
  | { readonly verdict: 'NOT_ELIGIBLE' }
  /** No valid signature of a registered key; set aside in topic `quarantine`. */
  | { readonly verdict: 'UNAUTHORIZED' }
  /** Could not be read or worked on; set aside in topic `quarantine`, from where it can be sent again. */
  | { readonly verdict: 'QUARANTINED' }
)

export type DecidedVerdict = BallotDecided['verdict']

const base = {
  v: field.version,
  idempotencyKey: z.string().max(200).nullable().describe('As it was signed; null where no valid signature says it.'),
  source: z.string().max(64).nullable().describe('Whose signature was valid; null if none was. Only then is the verdict about that source\'s ballot.'),
  election: z.string().max(63).nullable().describe('Slug, as it was signed.'),
  partition: field.count.describe('With offset: which record of topic ballots.incoming this answers. The broker told its sender the same.'),
  offset: z.string().regex(/^[0-9]{1,20}$/, 'must be a number'),
  message: z.string().max(2_000).describe('A sentence for people.'),
}

export const ballotDecidedSchema: z.ZodType<BallotDecided> = z.discriminatedUnion('verdict', [
  z.object({ ...base, verdict: z.literal('ACCEPTED'), tracker: z.uuid(), castAt: field.instant }),
  z.object({ ...base, verdict: z.enum(['ALREADY_VOTED', 'IDEMPOTENCY_CONFLICT', 'NOT_ELIGIBLE', 'UNAUTHORIZED', 'QUARANTINED']) }),
  z.object({ ...base, verdict: z.literal('ELECTION_NOT_OPEN'), phase: z.enum(ELECTION_PHASES) }),
  z.object({ ...base, verdict: z.literal('INVALID_BALLOT'), problems: z.array(z.string().max(2_000)).max(100) }),
])

const format = createEventFormat(ballotDecidedSchema)
export const encodeBallotDecided = format.encode
export const parseBallotDecided = format.parse
