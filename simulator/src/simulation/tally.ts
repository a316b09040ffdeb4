import type { LoadRecord } from '../load/load.js'
import type { CastAnswer } from '../system/cast-votes.js'

/** What became of a simulation's ballots, by what was meant with each. */
export interface SimulationTally {
  /** Accepted for the first time. */
  accepted: number
  /** Answered as a repeat: sent again on purpose, or cast in an earlier run. */
  repeated: number
  /** Second tries with another key that were refused, as they must be. */
  doubleVotesRefused: number
  /** Refused or unanswered without having been meant to be, by kind. */
  refused: Record<string, number>
  /** What must never happen, in sentences: a second vote accepted, a repeat with another receipt. */
  wrong: string[]
  online: number
}

export function createTally(): SimulationTally {
  return { accepted: 0, repeated: 0, doubleVotesRefused: 0, refused: {}, wrong: [], online: 0 }
}

export type Intent = 'FIRST' | 'REPEAT' | 'SECOND_TRY'

export function addAnswer(tally: SimulationTally, intent: Intent, voter: string, answer: CastAnswer | Extract<LoadRecord['answer'], { type: 'NoAnswer' }>): void {
  if (answer.type === 'VoteAccepted') {
    if (answer.repeated) tally.repeated += 1
    else tally.accepted += 1
    if (intent === 'SECOND_TRY') tally.wrong.push(`${voter} voted twice and both were accepted`)
    if (intent === 'REPEAT' && !answer.repeated) tally.wrong.push(`the repeated request of ${voter} was counted as a new vote`)
    return
  }
  if (intent === 'SECOND_TRY' && answer.type === 'AlreadyVoted') tally.doubleVotesRefused += 1
  else addRefusal(tally, answer.type === 'NoAnswer' ? `no answer (${answer.code})` : answer.type)
}

export function addRefusal(tally: SimulationTally, kind: string): void {
  tally.refused[kind] = (tally.refused[kind] ?? 0) + 1
}
