import type { Ballot } from '../election/index.js'
import type { RollLookup } from '../store/index.js'
import type { KnownElection } from './known-election.js'
import type { Verdict } from './verdict.js'

/**
 * Counting rule "Accept" 7: whose ballot it is, as the roll knows the voter, with the groups of the roll. A number that is not
 * there is nobody's: hashed as it came, a typing error would be a second vote.
 */
export async function resolveOnRoll({ election, keys }: KnownElection, voterId: string, ballot: Ballot, roll: RollLookup): Promise<{ ballot: Ballot, voterRef: Buffer } | Verdict> {
  const found = await roll.find(election.key, [keys.voterRef('roll', voterId), keys.earlierVoterRef(voterId)])
  if (found === 'NO_ROLL') return notEligible('This election has no roll, so no ballot can name a voterId: send a sourceBallotNumber instead.')
  if (found === undefined) return notEligible('This voterId is not on the roll: look for a typing error, or register the voter.')
  if (found.unit !== ballot.unit) return notEligible(`This voter votes in "${found.unit}", as the roll says; the ballot comes from "${ballot.unit}".`)
  return { ballot: { ...ballot, attributes: found.attributes }, voterRef: found.voterRef }
}

const notEligible = (message: string): Verdict => ({ kind: 'NOT_ELIGIBLE', message })
