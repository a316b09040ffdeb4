import { checkDefinition, compileStructure, contestId, optionId, partyId, unitId, attributeId, electionId, type ElectionDefinitionInput } from '@livetally/core/election'

/** What a voter, a preference or a roll needs to know of an election. All ids are the public ones, such as `e12/u/01-01`. */
export interface ElectionShape {
  id: string
  contests: ContestShape[]
  /** The units where ballots are cast. */
  places: PlaceShape[]
  attributes: AttributeShape[]
}

export interface ContestShape {
  id: string
  title: string
  /** The unit whose voters have this contest on their ballot. */
  unitId: string
  votesAllowed: number
  options: { id: string, name: string, partyId: string | null }[]
}

export interface PlaceShape {
  id: string
  name: string
  /** The next unit up, such as the county; the place itself where there is none. */
  regionId: string
  /** Every unit that contains the place, and the place. */
  unitIds: ReadonlySet<string>
  eligibleVoters: number | null
}

/** `localId` and the values are the definition's own words, such as `education` and `bachelor`. */
export interface AttributeShape { id: string, localId: string, values: string[] }

/** The last part of a public id: `01-01` of `e12/u/01-01`. */
export function localIdOf(publicId: string): string {
  return publicId.slice(publicId.lastIndexOf('/') + 1)
}

/** The shape of a definition, as election number `key` would have it. Throws if the definition is wrong. */
export function shapeOfDefinition(input: ElectionDefinitionInput, key = 1): ElectionShape {
  const check = checkDefinition(input)
  if (!check.ok) throw new Error(check.problems.map(({ path, message }) => `${path} ${message}`).join('; '))
  const { definition } = check
  const structure = compileStructure(definition)
  return {
    id: electionId(key),
    contests: definition.contests.map((contest) => ({
      id: contestId(key, contest.id),
      title: contest.title,
      unitId: unitId(key, contest.reportingUnit),
      votesAllowed: contest.votesAllowed,
      options: contest.options.map((option) => ({ id: optionId(key, contest.id, option.id), name: option.name, partyId: option.party === undefined ? null : partyId(key, option.party) })),
    })),
    places: structure.leaves.map((leaf) => ({
      id: unitId(key, leaf.id),
      name: leaf.definition.name,
      regionId: unitId(key, leaf.definition.parent ?? leaf.id),
      unitIds: new Set([leaf.id, ...leaf.containers].map((id) => unitId(key, id))),
      eligibleVoters: leaf.definition.eligibleVoters ?? null,
    })),
    attributes: definition.attributes.map((attribute) => ({ id: attributeId(key, attribute.id), localId: attribute.id, values: attribute.values.map(({ id }) => id) })),
  }
}
