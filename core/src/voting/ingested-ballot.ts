import type { Ballot } from '../election/index.js'
import type { RollLookup } from '../store/index.js'
import { canonicalVoterId, oneSpelling } from './election-keys.js'
import { fitBallot, type FittingBallot } from './fitting-ballot.js'
import type { KnownElection } from './known-election.js'
import { readAttributes, readSelections, readUnit, type RawAttribute, type RawSelection } from './read-ballot.js'
import { resolveOnRoll } from './resolve-on-roll.js'
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

/** `source` names whose ballot numbers these are: the same number of two sources is two ballots. Rejects only as the roll does. */
export async function readIngestedBallot(known: KnownElection, source: string, raw: IngestedBallot, roll: RollLookup): Promise<FittingBallot | Verdict> {
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
  const rest = { known, idempotencyKey: raw.idempotencyKey, ...castAt === undefined ? {} : { castAt: castAt.getTime() } }
  const ballot: Ballot = { unit: readUnit(known.election, raw.reportingUnitId), channel: raw.channel, attributes: attributes.value, selections: selections.value }
  if (!isGiven(raw.voterId)) return fitBallot({ ...rest, ballot, voterRef: known.keys.voterRef(`source:${source}`, raw.sourceBallotNumber ?? '') })
  const resolved = await resolveOnRoll(known, raw.voterId, ballot, roll)
  return 'kind' in resolved ? resolved : fitBallot({ ...rest, ...resolved })
}

export function keyProblems(idempotencyKey: string): string[] {
  return idempotencyKey.length >= 1 && idempotencyKey.length <= LONGEST_ID ? [] : [`The idempotency key must have 1 to ${LONGEST_ID} characters.`]
}

function voterProblems({ voterId, sourceBallotNumber }: IngestedBallot): string[] {
  if (isGiven(voterId) === isGiven(sourceBallotNumber)) return ['A ballot names either its voterId or its sourceBallotNumber, exactly one of the two.']
  const id = isGiven(voterId) ? oneSpelling(voterId) : canonicalVoterId(sourceBallotNumber ?? '')
  return id.length >= 1 && id.length <= LONGEST_ID ? [] : [`The ${isGiven(voterId) ? 'voterId' : 'sourceBallotNumber'} must have 1 to ${LONGEST_ID} characters.`]
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
