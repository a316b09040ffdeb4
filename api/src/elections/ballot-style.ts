import type { Election } from '@livetally/core/election'
import { Contest } from './contest.type.js'

/** The contests on the ballot of a unit, in ballot order. */
export function ballotStyleOf(election: Election, unit: string): Contest[] {
  return election.structure.ballotStyle(unit).map((shape) => new Contest(election, shape))
}
