import type { Ballot, Selections } from './ballot.js'
import { methodOf } from './methods/index.js'
import type { Structure } from './structure/structure.js'
import type { VoteChannel } from './vocabulary.js'

export type BallotDecision =
  | { fits: true, ballot: Ballot }
  | { fits: false, problems: string[] }

/**
 * Says whether a ballot fits its election: a leaf of it, contests of that leaf's style, known options each marked
 * once, known attribute values, and no more marks than allowed. Every problem is named. It knows nothing of
 * voters, repeats, phases or time: those are decided in the ledger alone.
 *
 * A ballot on paper that carries too many marks in a contest is a fact that a counting centre reports: it is accepted
 * and counted as overvotes. A voter at a screen can still mend it, so online it does not fit.
 */
export function decideBallot(structure: Structure, ballot: Ballot): BallotDecision {
  const unit = structure.units.get(ballot.unit)
  if (unit === undefined || !unit.isLeaf) {
    return { fits: false, problems: [`Ballots are cast in a precinct or polling place; "${ballot.unit}" is not one of this election.`] }
  }
  const problems = [
    ...attributeProblems(structure, ballot),
    ...selectionProblems(structure, unit.id, ballot.selections, ballot.channel),
  ]
  return problems.length === 0 ? { fits: true, ballot } : { fits: false, problems }
}

function attributeProblems(structure: Structure, { attributes }: Ballot): string[] {
  return Object.entries(attributes).flatMap(([id, value]) => {
    const attribute = structure.definition.attributes.find((candidate) => candidate.id === id)
    if (attribute === undefined) return [`This election knows no attribute "${id}".`]
    return attribute.values.some((known) => known.id === value) ? [] : [`"${value}" is not a value of the attribute "${id}".`]
  })
}

function selectionProblems(structure: Structure, unit: string, selections: Selections, channel: VoteChannel): string[] {
  const style = structure.ballotStyle(unit)
  return Object.entries(selections).flatMap(([contestId, optionIds]) => {
    const contest = style.find((candidate) => candidate.id === contestId)
    if (contest !== undefined) return methodOf(contest).problemsOfMarks(contest, optionIds, channel)
    return [structure.contests.has(contestId)
      ? `The contest "${contestId}" is not on the ballot of "${unit}".`
      : `This election has no contest "${contestId}".`]
  })
}
