import type { Election } from '../../elections/documents.js'
import type { ContestTotals, Results } from '../documents.js'

type Secrecy = Pick<Election, 'ballotSecrecy' | 'releaseSize'>
type Turnout = Pick<Results, 'ballotsCast' | 'choicesPending'>
type Counted = Turnout & Pick<Results, 'ballotsCorrected'>

/**
 * What the page says, once, of how secret ballots are. Numbers are ballots as they were cast, for corrections are no ballots whose
 * choices are held or shown; `size` is the fewest whose choices are shown together.
 */
export type SecrecyRemark =
  | { kind: 'open' }
  | { kind: 'expected', size: number }
  | { kind: 'pending', size: number, shown: number, cast: number, isCorrected: boolean }
  | { kind: 'complete', size: number, cast: number, isCorrected: boolean }

export function secrecyRemark({ ballotSecrecy, releaseSize }: Secrecy, results: Counted | null): SecrecyRemark {
  if (ballotSecrecy === 'OPEN' || releaseSize === null) return { kind: 'open' }
  const { ballotsCast, ballotsCorrected, choicesPending } = results ?? { ballotsCast: 0, ballotsCorrected: 0, choicesPending: 0 }
  const cast = ballotsCast - ballotsCorrected
  if (cast === 0) return { kind: 'expected', size: releaseSize }
  const told = { size: releaseSize, cast, isCorrected: ballotsCorrected !== 0 }
  return choicesPending === 0 ? { kind: 'complete', ...told } : { kind: 'pending', ...told, shown: cast - choicesPending }
}

/**
 * `held`: ballots are in and none of their choices is shown in this contest yet. Then it has no numbers: zeros would say that
 * nobody was voted for. `none`: no ballot. `shown`: numbers, even if every ballot left the contest blank.
 */
export type ChoicesState = 'none' | 'held' | 'shown'

export function choicesState(results: Turnout | null, totals: Pick<ContestTotals, 'ballots' | 'votes'> | null): ChoicesState {
  if (totals !== null && (totals.ballots > 0 || totals.votes > 0)) return 'shown'
  return results !== null && results.choicesPending > 0 ? 'held' : 'none'
}

/** Whether choices by groups of voters can be there at all: those of secret ballots come when voting has closed. */
export function mayHaveGroups({ ballotSecrecy, phase }: Pick<Election, 'ballotSecrecy' | 'phase'>): boolean {
  return ballotSecrecy === 'OPEN' || phase === 'CLOSED' || phase === 'CERTIFIED'
}
