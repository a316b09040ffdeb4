import type { Results } from '../documents.js'

type Electorate = Pick<Results, 'eligibleVoters'>

/**
 * How many voters were registered since the page began to look: where registration goes on while people vote, the denominator of
 * turnout grows, and the page says why. 0 where nothing is known, or where a correction of the number made it smaller.
 */
export function registeredSince(first: Electorate | null, now: Electorate | null): number {
  if (first === null || now === null || first.eligibleVoters === null || now.eligibleVoters === null) return 0
  return Math.max(0, now.eligibleVoters - first.eligibleVoters)
}
