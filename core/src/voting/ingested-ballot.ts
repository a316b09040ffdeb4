import type { Ballot } from '../election/index.js'
import { canonicalVoterId } from './election-keys.js'
import { fitBallot, type FittingBallot } from './fitting-ballot.js'
import type { KnownElection } from './known-election.js'
import { readAttributes, readSelections, readUnit, type RawAttribute, type RawSelection } from './read-ballot.js'
import { invalid, type Verdict } from './verdict.js'

/** A ballot as a counting centre sends it. IDs are public ones (`e12/c/mayor`) or those of the definition (`mayor`). */
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

const LONGEST_ID = 200

/** `source` names whose ballot numbers these are: the same number of two sources is two ballots. */
export function readIngestedBallot(known: KnownElection, source: string, raw: IngestedBallot): FittingBallot | Verdict {
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
  return fitBallot({
    known,
    ballot: { unit: readUnit(known.election, raw.reportingUnitId), channel: raw.channel, attributes: attributes.value, selections: selections.value },
    voterRef: isGiven(raw.voterId) ? known.keys.voterRef('roll', raw.voterId) : known.keys.voterRef(`source:${source}`, raw.sourceBallotNumber ?? ''),
    idempotencyKey: raw.idempotencyKey,
    ...castAt === undefined ? {} : { castAt: castAt.getTime() },
  })
}

export function keyProblems(idempotencyKey: string): string[] {
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
