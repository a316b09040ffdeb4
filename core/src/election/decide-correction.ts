import type { CorrectedCount, Correction, CountChange } from './ballot.js'
import type { DefinitionProblem } from './definition/definition.js'
import { methodOf } from './methods/index.js'
import type { ResultsAt } from './results/results-at.js'
import { nameCounts, type ContestCounts } from './results/contest-counts.js'
import type { ContestShape } from './structure/contest-shape.js'
import type { Structure } from './structure/structure.js'

export type CorrectionDecision =
  | { kind: 'FITS' }
  /** Everything that is wrong with it; `path` names the place, such as `changes[2].optionId`. */
  | { kind: 'INVALID', problems: DefinitionProblem[] }
  /** Counts that are not what the correction says they were. */
  | { kind: 'OUTDATED', changes: { change: CountChange, now: number }[] }

/** The published counts of one place and channel, as readers of results give them. `isAllCounted`: every ballot of every sealed box is in them. */
export type PublishedCounts = Pick<ResultsAt, 'turnout' | 'contest' | 'shownWith'> & { readonly isAllCounted: boolean }

const MOST_CHANGES = 1_000
/** Characters in which an official says why. */
export const LONGEST_REASON = 1_000
/** Far above every electorate, and far below where sums of JavaScript numbers lose their last digit. */
const GREATEST_COUNT = 1_000_000_000

/**
 * Says whether a correction may be made to results as they are published: it names counts that there are, says of each what it
 * is now, and leaves every contest adding up as its method says, and no contest
 * with more ballots than its polling place. Choices of secret ballots can be corrected once all of them are published: until
 * then nobody knows a number to correct. Those of a place that is shown with another are corrected there. Those that are not told by channel are counts of the whole place.
 */
export function decideCorrection(structure: Structure, published: PublishedCounts, correction: Correction): CorrectionDecision {
  const problems = [...shapeProblems(structure, correction), ...heldBackProblems(structure, published, correction)]
  if (problems.length > 0) return { kind: 'INVALID', problems }
  const place = readPlace(structure, published, correction)
  const changes = correction.changes.flatMap((change) => {
    const now = countOf(place, change)
    return now === change.old ? [] : [{ change, now }]
  })
  if (changes.length > 0) return { kind: 'OUTDATED', changes }
  const sums = sumProblems(place, correction)
  return sums.length === 0 ? { kind: 'FITS' } : { kind: 'INVALID', problems: sums }
}

function heldBackProblems({ secrecy }: Structure, { isAllCounted, shownWith }: PublishedCounts, { unit, changes }: Correction): DefinitionProblem[] {
  if (secrecy === undefined) return []
  const elsewhere = isAllCounted ? shownWith(unit) : undefined
  if (elsewhere !== undefined) return changes.flatMap(({ contest }, at) => contest === undefined ? [] : [{ path: `changes[${at}]`, message: `choices of "${unit}" are counted with those of "${elsewhere}", as it had too few ballots to be shown alone: correct them there` }])
  if (isAllCounted) return []
  return changes.flatMap(({ contest }, at) => contest === undefined ? [] : [{ path: `changes[${at}]`, message: 'choices of secret ballots can be corrected once voting has closed and all of them are published' }])
}

/** `ballots` of the channel; `ballotsHere` of all whose choices are counted together. */
interface Place { readonly ballots: number, readonly ballotsHere: number, readonly contests: ReadonlyMap<string, { readonly shape: ContestShape, readonly counts: ContestCounts }> }

function readPlace(structure: Structure, published: PublishedCounts, { unit, channel }: Correction): Place {
  const turnout = published.turnout(unit)
  const ballots = turnout.byChannel.get(channel) ?? 0
  const isByChannel = structure.secrecy?.byChannel !== false
  return {
    ballots,
    ballotsHere: isByChannel ? ballots : turnout.ballots,
    contests: new Map(structure.ballotStyle(unit).map((shape) => [shape.id, { shape, counts: nameCounts(published.contest(shape.id, unit, isByChannel ? channel : undefined)) }])),
  }
}

function countOf({ ballots, contests }: Place, change: CorrectedCount): number {
  if (change.contest === undefined) return ballots
  const found = contests.get(change.contest)
  if (found === undefined) return 0
  switch (change.count) {
    case 'BALLOTS': return found.counts.ballots
    case 'UNDERVOTES': return found.counts.undervotes
    case 'OVERVOTES': return found.counts.overvotes
    case 'VOTES': return found.counts.options[found.shape.optionIndex.get(change.option) ?? -1] ?? 0
    default: return change satisfies never
  }
}

function shapeProblems(structure: Structure, { unit, changes, reason }: Correction): DefinitionProblem[] {
  const style = structure.ballotStyle(unit)
  const problems: DefinitionProblem[] = []
  if (structure.units.get(unit)?.isLeaf !== true) problems.push({ path: 'reportingUnitId', message: 'must be a precinct or polling place of this election' })
  if (reason.trim() === '' || reason.length > LONGEST_REASON) problems.push({ path: 'reason', message: 'must have 1 to 1,000 characters' })
  if (changes.length === 0 || changes.length > MOST_CHANGES) return [...problems, { path: 'changes', message: 'must name 1 to 1,000 counts' }]
  const seen = new Set<string>()
  changes.forEach((change, at) => {
    const path = `changes[${at}]`
    const id = nameOf(change)
    if (seen.has(id)) problems.push({ path, message: 'names a count that another change names, too' })
    seen.add(id)
    if (change.old === change.new) problems.push({ path, message: 'changes nothing: old and new are equal' })
    if (!isCount(change.new)) problems.push({ path: `${path}.new`, message: 'must be a whole number from 0 to 1,000,000,000' })
    if (change.contest === undefined) return
    const contest = style.find(({ id: known }) => known === change.contest)
    if (contest === undefined) problems.push({ path: `${path}.contestId`, message: `"${change.contest}" is not on the ballot of "${unit}"` })
    else if (change.count === 'VOTES' && !contest.optionIndex.has(change.option)) problems.push({ path: `${path}.optionId`, message: `"${change.option}" is not an option of "${change.contest}"` })
  })
  return problems
}

function sumProblems(place: Place, { changes }: Correction): DefinitionProblem[] {
  const changed = new Map(changes.map((change) => [nameOf(change), change.new]))
  const ballots = place.ballotsHere + (changed.get('BALLOTS') ?? place.ballots) - place.ballots
  return [...place.contests.values()].flatMap(({ shape, counts }) => {
    const inContest = changed.get(`BALLOTS/${shape.id}`) ?? counts.ballots
    const options = [...shape.optionIndex].map(([option, at]) => changed.get(`VOTES/${shape.id}/${option}`) ?? counts.options[at] ?? 0)
    const imbalance = methodOf(shape).imbalanceOf(shape, {
      ballots: inContest,
      undervotes: changed.get(`UNDERVOTES/${shape.id}`) ?? counts.undervotes,
      overvotes: changed.get(`OVERVOTES/${shape.id}`) ?? counts.overvotes,
      votes: options.reduce((sum, votes) => sum + votes, 0),
      options,
    })
    const problems: DefinitionProblem[] = imbalance === undefined ? [] : [{ path: 'changes', message: imbalance }]
    // Where another place's choices are shown with those of this one, there are more of them than ballots from the beginning.
    if (inContest > ballots && inContest - ballots > counts.ballots - place.ballotsHere) problems.push({ path: 'changes', message: `"${shape.id}" would have ${inContest} ballots where the polling place has ${ballots}` })
    return problems
  })
}

function nameOf(change: CorrectedCount): string {
  return [change.count, ...change.contest === undefined ? [] : [change.contest], ...change.count === 'VOTES' ? [change.option] : []].join('/')
}

function isCount(count: number): boolean {
  return Number.isInteger(count) && count >= 0 && count <= GREATEST_COUNT
}
