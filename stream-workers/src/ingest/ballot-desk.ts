import type { SignedBallot } from '@livetally/core/events'
import { invalid, readIngestedBallot, type BallotCaster, type FittingBallot, type IngestedBallot, type Verdict } from '@livetally/core/voting'
import type { RollLookup } from '@livetally/core/store'
import type { IngestElections } from './ingest-elections.js'
import type { Submission } from './submission.js'

/** What became of a submission at one try. */
export type Decision =
  | { readonly kind: 'DECIDED', readonly verdict: Verdict }
  /** This installation cannot work on it as it is now. */
  | { readonly kind: 'ASIDE', readonly reason: string, readonly error?: unknown }
  /** Nobody can tell yet: the database is away, or too much is waiting. */
  | { readonly kind: 'UNDECIDED', readonly error?: unknown }
  /** The phase changed while it was on its way to the ledger: worth another try. */
  | { readonly kind: 'OVERTAKEN', readonly verdict: Verdict }

export type ReadBallot = { readonly kind: 'FITS', readonly ballot: FittingBallot } | Decision

/**
 * Puts a believed ballot through what the API puts one through: `decideBallot`, the batcher, `cast_batch`. In two steps, because
 * between them its caller must make sure that the partition is still its own: the phase that `read` met is the one under which
 * `cast` is allowed (counting rule "Accept" 3c), so whoever takes over later refuses nothing that is accepted here. Neither throws.
 */
export interface BallotDesk {
  /** `since`, on the worker's clock: what is refused was so then, not some time before. */
  read(submission: Submission, since: number): Promise<ReadBallot>
  cast(ballot: FittingBallot): Promise<Decision>
}

interface Dependencies { elections: IngestElections, caster: BallotCaster, roll: RollLookup, isAboutTheServer: (error: unknown) => boolean }

export function createBallotDesk({ elections, caster, roll, isAboutTheServer }: Dependencies): BallotDesk {
  const judge = (error: unknown): Decision => isAboutTheServer(error)
    ? { kind: 'UNDECIDED', error }
    : { kind: 'ASIDE', reason: 'This ballot could not be worked on because of a fault of this installation.', error }

  const readIn = async ({ source, ballot }: Submission, since?: number): Promise<ReadBallot> => {
    const known = await elections.bySlug(ballot.election, since)
    if (known === undefined) return { kind: 'DECIDED', verdict: invalid(`There is no election "${ballot.election}".`) }
    if (!known.hasItsKey) return { kind: 'ASIDE', reason: 'This installation has another master key than the one the election was made with, so it could not recognise voters who have voted.' }
    const fitting = await readIngestedBallot(known, source, ingestedOf(ballot), roll)
    return 'kind' in fitting ? { kind: 'DECIDED', verdict: fitting } : { kind: 'FITS', ballot: fitting }
  }
  const read = async (submission: Submission, since: number): Promise<ReadBallot> => {
    const found = await readIn(submission)
    return found.kind === 'FITS' ? found : readIn(submission, since)
  }
  const cast = async (ballot: FittingBallot): Promise<Decision> => {
    const result = await caster.cast(ballot)
    switch (result.kind) {
      case 'BUSY':
      case 'UNKNOWN': return { kind: 'UNDECIDED' }
      case 'FAILED': return { kind: 'ASIDE', reason: 'The ledger refused this ballot.', error: result.error }
      case 'ELECTION_NOT_OPEN':
        if (result.phase !== 'OPEN') return { kind: 'DECIDED', verdict: result }
        elections.expire()
        return { kind: 'OVERTAKEN', verdict: result }
      default: return { kind: 'DECIDED', verdict: result }
    }
  }
  return {
    read: (submission, since) => read(submission, since).catch(judge),
    cast: (ballot) => cast(ballot).catch(judge),
  }
}

function ingestedOf(ballot: SignedBallot): IngestedBallot {
  const { idempotencyKey, unit, channel, voterId, sourceBallotNumber, attributes = {}, selections, castAt } = ballot
  return {
    idempotencyKey, channel, reportingUnitId: unit,
    ...voterId === undefined ? {} : { voterId },
    ...sourceBallotNumber === undefined ? {} : { sourceBallotNumber },
    attributes: Object.entries(attributes).map(([attributeId, valueId]) => ({ attributeId, valueId })),
    selections: Object.entries(selections).map(([contestId, optionIds]) => ({ contestId, optionIds })),
    ...castAt === undefined ? {} : { castAt: new Date(castAt) },
  }
}
