import type { Structure } from '@livetally/core/election'
import { contributionsTo, FIRST_OPTION, type Contributions, type KnownCorrection, type Ledger } from '../ballots.js'
import type { Observation, ObservedRevision, TellsCounts } from '../observer/observation.js'
import type { BallotSet } from '../solver/ballot-classes.js'
import { createScopes, type Reached, type Scope, type ScopeName, type Scopes } from './scopes.js'
import type { Telling } from './tellings.js'

/** Sums of choices that are known, contest by contest: the same unknown, a ballot's marks in it, stands in all of its equations. */
export interface EquationBook {
  /** Writes down what a number says: the ballots by which it differs from what it was. Of each `what` in ascending revisions. */
  write(observation: Observation, revision: ObservedRevision): void
  /** Writes down that the sum over these ballots is known. */
  writeSet(set: BallotSet): void
  /** Sets of ballots of which a sum is known, by what the contests have in common: the places that vote in them. */
  readonly systems: readonly System[]
  /** Ballots alone between two revisions of a number that follow each other: what a subtraction shows. */
  readonly alone: ReadonlySet<number>
  /** Numbers that are no sum of what they should count. Some are described. */
  readonly unexplained: { readonly count: number, readonly examples: readonly string[] }
  readonly numbers: number
}

export interface System { readonly contests: readonly string[], readonly sets: readonly BallotSet[] }

const EXAMPLES = 10

interface Written { readonly scopes: Scopes, readonly scope: Scope, readonly reached: Reached, readonly counts: Map<string, TellsCounts> }
interface Electorate { readonly contests: string[], readonly votes: Uint8Array, readonly sets: Map<string, BallotSet> }

export function createEquationBook(structure: Structure, ledger: Ledger, tellings: readonly Telling[]): EquationBook {
  const { ballots, corrections } = ledger
  const everyScopes = tellings.map((telling) => createScopes(structure, ballots, telling))
  const contributions = new Map([...structure.contests.keys()].map((contest) => [contest, contributionsTo(contest, ballots, structure)]))
  const electorates = electoratesOf(contributions, ballots.length)
  const written = new Map<string, Written>()
  const alone = new Set<number>()
  const examples: string[] = []
  let [unexplained, numbers] = [0, 0]

  const matches = (set: BallotSet, contests: ReadonlyMap<string, TellsCounts>, before: ReadonlyMap<string, TellsCounts> | undefined): boolean =>
    [...contests].every(([contest, counts]) => {
      const adds = contributions.get(contest)
      return adds !== undefined && isSum(adds, set, counts, before?.get(contest))
    })
  const keep = (set: BallotSet, contests: Iterable<string>): void => {
    const wanted = new Set(contests)
    for (const electorate of electorates) if (electorate.contests.some((contest) => wanted.has(contest))) keepSet(electorate, set)
  }
  /** As the difference to what it was, where it only grew by the same way of counting. */
  const asDifference = ({ what, contests, path }: Observation, { vector }: ObservedRevision): boolean => {
    const before = written.get(what)
    if (before === undefined) return false
    const reached = before.scope.reached(vector)
    const set = before.scope.between(before.reached, reached)
    if (set === undefined || !matches(set, contests, before.counts)) return false
    written.set(what, { ...before, reached, counts: new Map([...before.counts, ...contests]) })
    if (set.length === 1 && path === 'topic results') for (const ballot of set) alone.add(ballot)
    keep(set, contests.keys())
    return true
  }
  const asItStands = ({ what, contests, scopes: names, path }: Observation, { vector }: ObservedRevision): boolean => {
    for (const scopes of everyScopes) {
      for (const name of names) {
        const scope = scopes.of(name)
        const reached = scope.reached(vector)
        const set = scope.between(undefined, reached)
        if (set === undefined || !matches(set, contests, undefined)) continue
        if (set.length === 1 && path === 'topic results') for (const ballot of set) alone.add(ballot)
        written.set(what, { scopes, scope, reached, counts: new Map(contests) })
        keep(set, contests.keys())
        return true
      }
    }
    return false
  }
  return {
    write(told, revision) {
      const observation = withoutCorrections(told, structure, corrections, revision)
      numbers += 1
      if (asDifference(observation, revision) || asItStands(observation, revision)) return
      written.delete(observation.what)
      if (isNothing(observation)) return
      unexplained += 1
      if (examples.length < EXAMPLES) examples.push(describe(observation))
    },
    writeSet(set) {
      keep(set, structure.contests.keys())
    },
    get systems() { return electorates.map(({ contests, sets }) => ({ contests, sets: [...sets.values()] })) },
    alone,
    get unexplained() { return { count: unexplained, examples } },
    get numbers() { return numbers },
  }
}

function isSum({ width, counts: adds }: Contributions, set: BallotSet, counts: TellsCounts, before: TellsCounts | undefined): boolean {
  for (let place = 0; place < Math.max(width, counts.length); place += 1) {
    const count = counts[place]
    const former = before === undefined ? 0 : before[place]
    if (count === undefined) continue
    if (former === undefined) return false
    let sum = former
    for (const ballot of set) sum += adds[ballot * width + place] ?? 0
    if (sum !== count) return false
  }
  return true
}

/** Contests that the same places vote in have the same equations. */
function electoratesOf(contributions: ReadonlyMap<string, Contributions>, ballots: number): Electorate[] {
  const found: Electorate[] = []
  for (const [contest, { width, counts }] of contributions) {
    const votes = Uint8Array.from({ length: ballots }, (_, ballot) => counts[ballot * width] ?? 0)
    const known = found.find((electorate) => Buffer.compare(electorate.votes, votes) === 0)
    if (known === undefined) found.push({ contests: [contest], votes, sets: new Map() })
    else known.contests.push(contest)
  }
  return found
}

function keepSet({ votes, sets }: Electorate, set: BallotSet): void {
  const own = set.every((ballot) => votes[ballot] === 1) ? set : set.filter((ballot) => votes[ballot] === 1)
  if (own.length > 0) sets.set(own.join(), own)
}

function isNothing({ contests }: Observation): boolean {
  return [...contests.values()].every((counts) => counts.every((count) => count === undefined || count === 0))
}

function describe({ path, revision, what, contests }: Observation): string {
  return `${path}, revision ${revision}, ${what}: ${[...contests].map(([contest, counts]) => `${contest} [${counts.map((count) => count ?? '?').join(' ')}]`).join(' ')}`
}

/** What clerks have changed by this revision is public: it is taken off. */
function withoutCorrections(observation: Observation, structure: Structure, corrections: readonly KnownCorrection[], { vector }: ObservedRevision): Observation {
  const [name] = observation.scopes
  const counted = vector.get(structure.correctionsBox) ?? 0
  const own = name === undefined ? [] : corrections.filter((correction) => correction.seq < counted && isAbout(name, correction, structure))
  if (own.length === 0) return observation
  const changes = own.flatMap((correction) => correction.changes)
  return {
    ...observation,
    contests: new Map([...observation.contests].map(([contest, counts]) => [contest, counts.map((count, place) => count === undefined ? undefined : count - changes
      .filter((change) => change.contest === contest && placeOf(change, structure) === place)
      .reduce((sum, change) => sum + change.new - change.old, 0))])),
  }
}

function isAbout(name: ScopeName, { unit, channel }: KnownCorrection, { units }: Structure): boolean {
  switch (name.kind) {
    case 'ROW': return name.row === `${unit}/` || name.row === `${unit}/${channel}`
    case 'UNIT': return (name.channel === undefined || name.channel === channel) && (name.unit === '' || units.get(name.unit)?.leaves.includes(unit) === true)
    // They say nothing of voters, nor of when a ballot was cast.
    case 'GROUP': case 'WINDOW': case 'LATE': return false
    default: return name satisfies never
  }
}

function placeOf(change: KnownCorrection['changes'][number], { contests }: Structure): number {
  switch (change.count) {
    case 'BALLOTS': return 0
    case 'UNDERVOTES': return 1
    case 'OVERVOTES': return 2
    case 'VOTES': return FIRST_OPTION + (contests.get(change.contest)?.optionIndex.get(change.option) ?? Number.NaN)
    default: return change satisfies never
  }
}
