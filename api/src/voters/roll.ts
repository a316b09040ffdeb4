import type { AttributeValues, DefinitionProblem, Election, Structure, VoteChannel } from '@livetally/core/election'
import type { ElectionStore, VoterRegistration, VoterStore } from '@livetally/core/store'
import { canonicalVoterId, readAttributes, readUnit, type KnownElection, type RawAttribute } from '@livetally/core/voting'
import { formatVotingCode, makeVotingCode } from '../auth/voting-code.js'
import { badInput, unavailable } from '../server/errors.js'

export interface NewVoter {
  voterId: string
  reportingUnitId: string
  name?: string | null
  address?: string | null
  attributes?: readonly RawAttribute[] | null
  channel?: VoteChannel | null
}

/** Every voter of a request is in exactly one of the three: `problems` name the others by their place, such as `voters[3].voterId`. */
export interface Registration {
  registered: { voterId: string, votingCode: string }[]
  alreadyRegistered: string[]
  problems: DefinitionProblem[]
}

export interface Roll {
  register(known: KnownElection, voters: readonly NewVoter[]): Promise<Registration>
  /** Registered voters per leaf, at most 2 s old. */
  eligibleVoters(election: number): Promise<ReadonlyMap<string, number>>
}

const MOST_AT_ONCE = 1_000
const REMEMBERED_MS = 2_000

export function createRoll({ voters, elections, onRegistered, now = Date.now }: { voters: VoterStore, elections: Pick<ElectionStore, 'eligibleVoters'>, onRegistered?: () => void, now?: () => number }): Roll {
  const eligible = new Map<number, { at: number, found: Promise<ReadonlyMap<string, number>> }>()
  return {
    async register({ election, keys, hasItsKey }, asked) {
      if (!hasItsKey) throw unavailable('This server has another master key than the one the election was made with: nobody whom it registered could vote. Try again later.', 60_000)
      if (asked.length > MOST_AT_ONCE) throw badInput(`At most ${MOST_AT_ONCE} voters can be registered at once; these are ${asked.length}.`)
      const problems: DefinitionProblem[] = []
      const fitting = new Map<string, VoterRegistration & { code: string }>()
      asked.forEach((voter, at) => {
        const read = readVoter(election, voter)
        const twin = read.ok && fitting.has(read.voter.voterId)
        if (!read.ok) problems.push(...read.problems.map(({ path, message }) => ({ path: `voters[${at}].${path}`, message })))
        else if (twin) problems.push({ path: `voters[${at}].voterId`, message: 'is named twice' })
        else {
          const code = makeVotingCode()
          fitting.set(read.voter.voterId, { ...read.voter, code, voterRef: keys.voterRef('roll', read.voter.voterId), codeHash: keys.codeHash(code) })
        }
      })
      const { registered, alreadyRegistered } = await voters.register(election.key, [...fitting.values()].map(({ code: _, ...voter }) => voter))
      eligible.delete(election.key)
      onRegistered?.()
      return {
        registered: registered.map((voterId) => ({ voterId, votingCode: formatVotingCode(fitting.get(voterId)?.code ?? '') })),
        alreadyRegistered,
        problems,
      }
    },
    eligibleVoters(election) {
      const known = eligible.get(election)
      if (known !== undefined && now() - known.at < REMEMBERED_MS) return known.found
      const found = elections.eligibleVoters(election)
      eligible.set(election, { at: now(), found })
      found.catch(() => { eligible.delete(election) })
      return found
    },
  }
}

type ReadVoter = { ok: true, voter: Omit<VoterRegistration, 'voterRef' | 'codeHash'> } | { ok: false, problems: DefinitionProblem[] }

function readVoter(election: Election, voter: NewVoter): ReadVoter {
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
