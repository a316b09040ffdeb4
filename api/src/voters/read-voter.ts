import type { AttributeValues, DefinitionProblem, Election, Structure, VoteChannel } from '@livetally/core/election'
import type { VoterRegistration } from '@livetally/core/store'
import { canonicalVoterId, readAttributes, readUnit, type RawAttribute } from '@livetally/core/voting'

export interface NewVoter {
  voterId: string
  reportingUnitId: string
  name?: string | null
  address?: string | null
  attributes?: readonly RawAttribute[] | null
  channel?: VoteChannel | null
}

export type ReadVoter = { ok: true, voter: Omit<VoterRegistration, 'voterRef' | 'codeHash'> } | { ok: false, problems: DefinitionProblem[] }

/** A voter as the roll keeps it, or what is wrong with it. */
export function readVoter(election: Election, voter: NewVoter): ReadVoter {
  const voterId = canonicalVoterId(voter.voterId)
  const unit = readUnit(election, voter.reportingUnitId)
  const attributes = readAttributes(election, voter.attributes)
  const problems: DefinitionProblem[] = []
  if (voterId.length < 1 || voterId.length > 200) problems.push({ path: 'voterId', message: 'must have 1 to 200 characters' })
  if (election.structure.units.get(unit)?.isLeaf !== true) problems.push({ path: 'reportingUnitId', message: 'must be a precinct or polling place of this election' })
  if (!attributes.ok) problems.push(...attributes.problems.map((message) => ({ path: 'attributes', message })))
  else problems.push(...attributeProblems(election.structure, attributes.value).map((message) => ({ path: 'attributes', message })))
  if (!attributes.ok || problems.length > 0) return { ok: false, problems }
  return {
    ok: true,
    voter: {
      voterId, unit, attributes: { ...attributes.value },
      ...(isGiven(voter.channel) ? { channel: voter.channel } : {}),
      ...(isGiven(voter.name) ? { name: voter.name } : {}),
      ...(isGiven(voter.address) ? { address: voter.address } : {}),
    },
  }
}

function attributeProblems(structure: Structure, attributes: AttributeValues): string[] {
  return Object.entries(attributes).flatMap(([id, value]) => {
    const attribute = structure.definition.attributes.find((candidate) => candidate.id === id)
    if (attribute === undefined) return [`"${id}" is no attribute of this election`]
    return attribute.values.some((known) => known.id === value) ? [] : [`"${value}" is no value of "${id}"`]
  })
}

function isGiven<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined
}
