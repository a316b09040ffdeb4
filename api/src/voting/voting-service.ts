import { decideBallot, type Ballot, type Election } from '@livetally/core/election'
import type { CastRow } from '@livetally/core/store'
import { canonicalVoterId } from '../auth/election-keys.js'
import type { StaffClaims, VoterClaims } from '../auth/tokens.js'
import type { ElectionRegistry, KnownElection } from '../elections/election-registry.js'
import { badInput, notFound, unavailable } from '../server/errors.js'
import type { Batcher, CastOutcome } from './batcher.js'
import { electionKeyOf, readAttributes, readSelections, readUnit, type RawAttribute, type RawSelection } from './read-ballot.js'
import { commitTo, isSame, makeReceipt, sealReceipt, unsealReceipt, type ReceiptSecret } from './receipt.js'
import type { TrackerLookup } from './tracker-lookup.js'
import { invalid, type Verdict } from './verdict.js'

export interface OwnVote { electionId: string, idempotencyKey: string, selections: readonly RawSelection[] }

export interface IngestedBallot {
  idempotencyKey: string
  voterId?: string | null
  sourceBallotNumber?: string | null
  reportingUnitId: string
  channel: Ballot['channel']
  attributes?: readonly RawAttribute[] | null
  castAt?: Date | null
  selections: readonly RawSelection[]
}

/** Counting rule "Accept". Throws UNAVAILABLE where it cannot be told whether a ballot was accepted: the same request, sent again, will tell. */
export interface VotingService {
  castOwn(voter: VoterClaims, vote: OwnVote): Promise<Verdict>
  /** Verdicts in the order of the ballots. */
  castIngested(source: StaffClaims, electionId: string, ballots: readonly IngestedBallot[]): Promise<Verdict[]>
}

interface Dependencies {
  elections: Pick<ElectionRegistry, 'get' | 'refresh'>
  batcher: Pick<Batcher, 'cast'>
  stored: TrackerLookup
  /** Why no vote may be accepted at all; undefined if votes may. */
  obstacle?: string | undefined
  onVerdict?: (kind: Verdict['kind']) => void
}

/** A ballot that fits, with what makes its voter's repeats recognisable. */
interface Fitting { known: KnownElection, box: number, ballot: Ballot, voterRef: Buffer, idempotencyKey: string, castAt?: number }

const MOST_AT_ONCE = 1_000
const LONGEST_ID = 200

export function createVotingService({ elections, batcher, stored: lookup, obstacle, onVerdict }: Dependencies): VotingService {
  /** The phase version that the ballot meets on arrival; read anew where voting seems not to be open, as it may just have opened. */
  const arriveAt = async (key: number): Promise<KnownElection> => {
    if (obstacle !== undefined) throw unavailable(obstacle, 60_000)
    const cached = await elections.get(key)
    const known = cached?.election.phase === 'OPEN' ? cached : await elections.refresh(key)
    if (known === undefined) throw notFound('There is no such election.')
    if (!known.hasItsKey) throw unavailable('This server has another master key than the one the election was made with, so it could not recognise voters who have voted. It accepts no votes of this election.', 60_000)
    return known
  }
  const cast = async (fitting: Fitting): Promise<Verdict> => {
    const receipt = makeReceipt()
    const row = rowOf(fitting, receipt)
    const outcome = await batcher.cast(fitting.known.election.key, fitting.box, row)
    return judge(fitting, row, outcome)
  }
  const judge = async (fitting: Fitting, row: CastRow, outcome: CastOutcome): Promise<Verdict> => {
    switch (outcome.verdict) {
      case 'ACCEPTED': return { kind: 'ACCEPTED', election: fitting.known.election.key, tracker: row.tracker, castAt: outcome.castAt, repeated: false }
      case 'EXISTS': return judgeRepeat(fitting, row, outcome)
      case 'NOT_OPEN': return { kind: 'ELECTION_NOT_OPEN', phase: outcome.phase }
      case 'IN_FUTURE': return invalid('castAt lies in the future.')
      case 'BUSY': throw unavailable('Too many votes are waiting. Try again with the same idempotency key.', outcome.retryAfterMs)
      case 'UNKNOWN': throw unavailable('The outcome is unknown: ask again with the same idempotency key.')
      case 'FAILED':
        throw new Error('The ledger refused a ballot.', { cause: outcome.error })
      default: return outcome satisfies never
    }
  }
  /** The voter has voted. With the same key it was perhaps this very ballot: the receipt that was sealed under that key tells. */
  const judgeRepeat = async ({ known, ballot, voterRef, idempotencyKey }: Fitting, row: CastRow, participation: { keyHash: Buffer, sealedReceipt: Buffer }): Promise<Verdict> => {
    if (!isSame(participation.keyHash, row.keyHash)) return { kind: 'ALREADY_VOTED' }
    const { tracker, salt } = unsealReceipt(known.keys.receiptKey(voterRef, idempotencyKey), participation.sealedReceipt)
    const stored = await lookup.findByTracker(tracker)
    if (stored === undefined) throw new Error('A participation has no ballot.')
    if (!isSame(stored.commitment, commitTo(salt, known.election.key, ballot))) return { kind: 'IDEMPOTENCY_CONFLICT' }
    return { kind: 'ACCEPTED', election: known.election.key, tracker, castAt: stored.castAt, repeated: true }
  }
  const note = (verdict: Verdict): Verdict => {
    onVerdict?.(verdict.kind)
    return verdict
  }

  return {
    async castOwn(voter, vote) {
      if (electionKeyOf(vote.electionId) !== voter.election) return note({ kind: 'NOT_ELIGIBLE', message: 'You are signed in to vote in another election.' })
      const known = await arriveAt(voter.election)
      const read = readOwnVote(known, voter, vote)
      return note('kind' in read ? read : await cast(read))
    },
    async castIngested(source, electionId, ballots) {
      if (ballots.length > MOST_AT_ONCE) throw badInput(`At most ${MOST_AT_ONCE} ballots can be cast at once; these are ${ballots.length}.`)
      const key = electionKeyOf(electionId)
      if (key === undefined) throw notFound('There is no such election.')
      const known = await arriveAt(key)
      const settled = await Promise.allSettled(ballots.map(async (ballot) => {
        const read = readIngested(known, source.sub, ballot)
        return note('kind' in read ? read : await cast(read))
      }))
      // Every ballot has its answer now; only then may the first fault speak for all.
      return settled.map((result) => {
        if (result.status === 'rejected') throw result.reason
        return result.value
      })
    },
  }
}

function readOwnVote(known: KnownElection, voter: VoterClaims, { idempotencyKey, selections }: OwnVote): Fitting | Verdict {
  const read = readSelections(known.election, selections)
  const problems = [...keyProblems(idempotencyKey), ...read.ok ? [] : read.problems]
  if (!read.ok || problems.length > 0) return invalid(...problems)
  const ballot: Ballot = { unit: voter.unit, channel: voter.channel, attributes: voter.attributes, selections: read.value }
  // Whatever channel the roll says: this voter sits at a screen and can still mend too many marks.
  return place(known, ballot, { ...ballot, channel: 'ONLINE' }, Buffer.from(voter.ref, 'base64url'), idempotencyKey)
}

function readIngested(known: KnownElection, source: string, raw: IngestedBallot): Fitting | Verdict {
  const selections = readSelections(known.election, raw.selections)
  const attributes = readAttributes(known.election, raw.attributes)
  const castAt = raw.castAt ?? undefined
  const problems = [
    ...keyProblems(raw.idempotencyKey),
    ...voterProblems(raw),
    ...castAt !== undefined && known.election.structure.definition.time.source !== 'IMPORTED'
      ? ['castAt can only be said in elections with imported time; here the ledger\'s clock says when a ballot was cast.'] : [],
    ...selections.ok ? [] : selections.problems,
    ...attributes.ok ? [] : attributes.problems,
  ]
  if (!selections.ok || !attributes.ok || problems.length > 0) return invalid(...problems)
  const ballot: Ballot = { unit: readUnit(known.election, raw.reportingUnitId), channel: raw.channel, attributes: attributes.value, selections: selections.value }
  const voterRef = isGiven(raw.voterId) ? known.keys.voterRef('roll', raw.voterId) : known.keys.voterRef(`source:${source}`, raw.sourceBallotNumber ?? '')
  const fitting = place(known, ballot, ballot, voterRef, raw.idempotencyKey)
  return castAt === undefined || 'kind' in fitting ? fitting : { ...fitting, castAt: castAt.getTime() }
}

function place(known: KnownElection, ballot: Ballot, decided: Ballot, voterRef: Buffer, idempotencyKey: string): Fitting | Verdict {
  const { structure, phase }: Election = known.election
  const decision = decideBallot(structure, decided)
  if (!decision.fits) return invalid(...decision.problems)
  const box = structure.units.get(ballot.unit)?.box
  // A draft has no ballot boxes yet, and so nobody who could have voted.
  if (box === undefined || phase === 'DRAFT') return { kind: 'ELECTION_NOT_OPEN', phase }
  return { known, box, ballot, voterRef, idempotencyKey }
}

function rowOf({ known, ballot, voterRef, idempotencyKey, castAt }: Fitting, receipt: ReceiptSecret): CastRow {
  const { election, keys } = known
  return {
    voterRef,
    keyHash: keys.idempotencyHash(voterRef, idempotencyKey),
    sealedReceipt: sealReceipt(keys.receiptKey(voterRef, idempotencyKey), receipt),
    phaseVersion: election.phaseVersion,
    tracker: receipt.tracker,
    commitment: commitTo(receipt.salt, election.key, ballot),
    ballot,
    ...(castAt === undefined ? {} : { castAt }),
  }
}

function keyProblems(idempotencyKey: string): string[] {
  return idempotencyKey.length >= 1 && idempotencyKey.length <= LONGEST_ID ? [] : [`The idempotency key must have 1 to ${LONGEST_ID} characters.`]
}

function voterProblems({ voterId, sourceBallotNumber }: IngestedBallot): string[] {
  if (isGiven(voterId) === isGiven(sourceBallotNumber)) return ['A ballot names either its voterId or its sourceBallotNumber, exactly one of the two.']
  const id = canonicalVoterId(voterId ?? sourceBallotNumber ?? '')
  return id.length >= 1 && id.length <= LONGEST_ID ? [] : [`The ${isGiven(voterId) ? 'voterId' : 'sourceBallotNumber'} must have 1 to ${LONGEST_ID} characters.`]
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
