import type { Ballot } from '@livetally/core/election'
import { electionKeyOf, fitBallot, invalid, keyProblems, readIngestedBallot, readSelections, type BallotCaster, type FittingBallot, type IngestedBallot, type KnownElection, type RawSelection, type Verdict } from '@livetally/core/voting'
import type { RollLookup } from '@livetally/core/store'
import type { StaffClaims, VoterClaims } from '../auth/tokens.js'
import type { ElectionRegistry } from '../elections/election-registry.js'
import { badInput, notFound, unavailable } from '../server/errors.js'

export interface OwnVote { electionId: string, idempotencyKey: string, selections: readonly RawSelection[] }

/** Counting rule "Accept". Throws UNAVAILABLE where it cannot be told whether a ballot was accepted: the same request, sent again, will tell. */
export interface VotingService {
  castOwn(voter: VoterClaims, vote: OwnVote): Promise<Verdict>
  /** Verdicts in the order of the ballots. */
  castIngested(source: StaffClaims, electionId: string, ballots: readonly IngestedBallot[]): Promise<Verdict[]>
}

interface Dependencies {
  elections: Pick<ElectionRegistry, 'get' | 'refresh'>
  caster: BallotCaster
  roll: RollLookup
  /** Why no vote may be accepted at all; undefined if votes may. */
  obstacle?: string | undefined
  onVerdict?: (kind: Verdict['kind']) => void
}

const MOST_AT_ONCE = 1_000

export function createVotingService({ elections, caster, roll, obstacle, onVerdict }: Dependencies): VotingService {
  /** The phase version that the ballot meets on arrival; read anew where voting seems not to be open, as it may just have opened. */
  const arriveAt = async (key: number): Promise<KnownElection> => {
    if (obstacle !== undefined) throw unavailable(obstacle, 60_000)
    const cached = await elections.get(key)
    const known = cached?.election.phase === 'OPEN' ? cached : await elections.refresh(key)
    if (known === undefined) throw notFound('There is no such election.')
    if (!known.hasItsKey) throw unavailable('This server has another master key than the one the election was made with, so it could not recognise voters who have voted. It accepts no votes of this election.', 60_000)
    return known
  }
  const cast = async (fitting: FittingBallot): Promise<Verdict> => {
    const result = await caster.cast(fitting)
    switch (result.kind) {
      case 'BUSY': throw unavailable('Too many votes are waiting. Try again with the same idempotency key.', result.retryAfterMs)
      case 'UNKNOWN': throw unavailable('The outcome is unknown: ask again with the same idempotency key.')
      case 'FAILED': throw new Error('The ledger refused a ballot.', { cause: result.error })
      case 'ELECTION_NOT_OPEN':
        // Open, but not as this process knew it: paused and resumed, or extended. Whoever casts again now meets it as it is.
        if (result.phase === 'OPEN') await elections.refresh(fitting.known.election.key)
        return result
      default: return result
    }
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
        const read = await readIngestedBallot(known, source.sub, ballot, roll)
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

function readOwnVote(known: KnownElection, voter: VoterClaims, { idempotencyKey, selections }: OwnVote): FittingBallot | Verdict {
  const read = readSelections(known.election, selections)
  const problems = [...keyProblems(idempotencyKey), ...read.ok ? [] : read.problems]
  if (!read.ok || problems.length > 0) return invalid(...problems)
  const ballot: Ballot = { unit: voter.unit, channel: voter.channel, attributes: voter.attributes, selections: read.value }
  // Whatever channel the roll says: this voter sits at a screen and can still mend too many marks.
  return fitBallot({ known, ballot, judgedAs: { ...ballot, channel: 'ONLINE' }, voterRef: Buffer.from(voter.ref, 'base64url'), idempotencyKey, codeIssue: voter.codeIssue ?? 0 })
}
