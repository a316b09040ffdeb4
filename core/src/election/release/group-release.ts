import type { BallotEntry, BoxEntry } from '../ballot.js'
import { UNKNOWN_VALUE } from '../counting/tally.js'
import { UNIT_GROUP, type Structure } from '../structure/structure.js'
import { createChunkNumbers } from './chunk-numbers.js'
import { fixedDivision, groupDivision, placeDivision, withinScope, type Division } from './division.js'
import { joinCrossing } from './join-crossing.js'

/** What is published together of one way to divide ballots. `names` (joined by `,`) of a breakdown: `joined` are the values (joined by `,`) of groups that count under `_other`. Of the places (`PLACES`): `place,place that it is shown with`. */
export interface JoinedSets { readonly names: string, readonly joined: readonly string[] }

/** Names the places where release units are wider than they. No breakdown has this name. */
export const PLACES = ''

/** More groups than a breakdown may have, and places than an election may have. */
const MOST_SETS = 2 ** 20

export interface GroupRelease {
  /** Takes the entries of one ballot box, in order, to its seal. */
  add(box: number, entry: BoxEntry): void
  /** What is to be joined, in the order in which it was decided; what was known before is not told again. */
  decide(): JoinedSets[]
  /** The same in steps of some tenths of a second at most, for whoever has other things to do meanwhile; of large elections there are hundreds. */
  decideInSteps(): Generator<undefined, JoinedSets[]>
}

/** Sets of one way to divide ballots, found as they come. */
interface Found { readonly names: string, readonly numbers: Map<string, number>, readonly ballots: number[] }

/** Ballots of one style: by each set of each division, and by each two sets of two divisions. Division 0 is that of the chunks. */
interface Counted { readonly sets: readonly Map<number, number>[], readonly pairs: readonly (readonly Map<number, number>[])[] }

/**
 * Decides how choices by groups of voters (and by places, where release units are wider) are published once every box is
 * sealed. `names`: the breakdowns that are wanted (joined by `,`). `known`: what was decided before, and stays.
 *
 * Choices are told contest by contest, so that it is decided over the ballots that carry each contest: a group that is
 * large in the election may have one voter in a district.
 */
export function createGroupRelease(structure: Structure, names: readonly string[], known: readonly JoinedSets[]): GroupRelease {
  const { secrecy } = structure
  if (secrecy === undefined) throw new Error('Open ballots are not released in groups.')
  const least = secrecy.releaseSize
  const divisions: Found[] = [...secrecy.isByPlace ? [] : [PLACES], ...known.map((one) => one.names), ...names]
    .filter((name, at, all) => all.indexOf(name) === at).map((name) => ({ names: name, numbers: new Map(), ballots: [] }))
  const chunks = createChunkNumbers(secrecy)
  const styles = new Map<ReturnType<Structure['ballotStyle']>, Counted>()

  const countedOf = (style: ReturnType<Structure['ballotStyle']>): Counted => {
    const width = divisions.length + 1
    const counted = styles.get(style) ?? {
      sets: Array.from({ length: width }, () => new Map<number, number>()),
      pairs: Array.from({ length: width }, (_, left) => Array.from({ length: width - left - 1 }, () => new Map<number, number>())),
    }
    styles.set(style, counted)
    return counted
  }
  return {
    add(box, entry) {
      const chunk = chunks.add(box, entry)
      if (chunk === undefined || entry.kind !== 'BALLOT') return
      const { sets: bySet, pairs } = countedOf(structure.ballotStyle(entry.unit))
      const sets = [chunk, ...divisions.map((division) => numberOf(division, division.names === PLACES ? entry.unit : valuesOf(structure, division.names, entry)))]
      sets.forEach((one, left) => {
        addOne(bySet[left], one)
        for (let right = left + 1; right < sets.length; right += 1) addOne(pairs[left]?.[right - left - 1], one * MOST_SETS + (sets[right] ?? 0))
      })
    },
    decide() {
      const steps = decideInSteps()
      for (;;) {
        const { done, value } = steps.next()
        if (done === true) return value
      }
    },
    decideInSteps,
  }

  function* decideInSteps(): Generator<undefined, JoinedSets[]> {
    const all: Division[] = [chunks.division(), ...divisions.map((found) => divisionOf(structure, found, known.find((one) => one.names === found.names)))]
    const areTold = all.map((_, at) => at === 0 || divisions[at - 1]?.names === PLACES)
    const scopes = scopesOf(structure).map((style) => [...styles].filter(([contests]) => style(contests)).map(([, counted]) => counted))
    // What is joined for one contest is joined for all: until nothing more is.
    for (let joins = -1; joins !== joinsIn(all);) {
      joins = joinsIn(all)
      for (const scope of scopes) yield* decideWithin(scope, all, areTold, least)
    }
    return divisions.flatMap((found, at): JoinedSets[] => {
      const division = all[at + 1]
      return division === undefined || known.some((one) => one.names === found.names) ? [] : [{ names: found.names, joined: joinedIn(found, division) }]
    })
  }
}

/** Over the ballots of one contest: every set that may be joined has enough, and so has what is left between any two divisions. */
function* decideWithin(scope: readonly Counted[], all: readonly Division[], areTold: readonly boolean[], least: number): Generator<undefined, void> {
  const within = all.map((division, at) => withinScope(division, sumOf(scope.map(({ sets }) => sets[at] ?? new Map<number, number>()))))
  within.forEach((division) => division.joinSmall(least))
  const isTold = (division: Division, set: number): boolean => within.some((one, at) => one === division && areTold[at] === true) && division.ballotsIn(set) < least
  for (const [right, other] of within.entries()) {
    for (const [left, one] of within.slice(0, right).entries()) {
      const cells = sumOf(scope.map(({ pairs }) => pairs[left]?.[right - left - 1] ?? new Map<number, number>()))
      yield* joinCrossing({ one, other, isTold, cells: [...cells].map(([key, ballots]) => [Math.floor(key / MOST_SETS), key % MOST_SETS, ballots] as const) }, least)
    }
  }
}

/** One for each set of ballots that carry the same contest, as a test of styles. */
function scopesOf({ contests }: Structure): ((style: ReturnType<Structure['ballotStyle']>) => boolean)[] {
  return [...contests.values()].map((contest) => (style) => style.includes(contest))
}

function joinsIn(all: readonly Division[]): number {
  return all.reduce((sum, division) => sum + division.joins, 0)
}

function sumOf(maps: readonly ReadonlyMap<number, number>[]): ReadonlyMap<number, number> {
  const [first, ...others] = maps
  if (first === undefined || others.length === 0) return first ?? new Map<number, number>()
  const sum = new Map(first)
  for (const other of others) for (const [key, count] of other) sum.set(key, (sum.get(key) ?? 0) + count)
  return sum
}

function addOne(counts: Map<number, number> | undefined, key: number): void {
  counts?.set(key, (counts.get(key) ?? 0) + 1)
}

function numberOf({ numbers, ballots }: Found, name: string): number {
  const number = numbers.get(name) ?? numbers.size
  numbers.set(name, number)
  ballots[number] = (ballots[number] ?? 0) + 1
  return number
}

function divisionOf(structure: Structure, { names, numbers, ballots }: Found, known: JoinedSets | undefined): Division {
  const sets = { names: [...numbers.keys()], ballots }
  if (names === PLACES) {
    if (known !== undefined) return fixedDivision(sets, known.joined.flatMap((pair) => {
      const [one, other] = pair.split(',').map((place) => numbers.get(place))
      return one === undefined || other === undefined ? [] : [[one, other] as const]
    }))
    return placeDivision({ ...sets, kin: sets.names.map((place) => kinOf(structure, place)) })
  }
  if (known === undefined) return groupDivision(sets)
  const together = known.joined.flatMap((values) => numbers.get(values) ?? [])
  return fixedDivision(sets, together.map((set) => [set, together[0] ?? set] as const))
}

/** Equal for places of one style that lie in exactly the same units. */
function kinOf(structure: Structure, place: string): string {
  return `${structure.ballotStyle(place).map(({ id }) => id).join(',')}/${structure.units.get(place)?.containers.join(',') ?? ''}`
}

function joinedIn({ names, numbers }: Found, division: Division): string[] {
  const roots = [...numbers].map(([name, set]) => ({ name, root: division.rootOf(set), set }))
  if (names === PLACES) return roots.filter(({ root, set }) => root !== set).map(({ name, root }) => `${name},${division.nameOf(root)}`).toSorted()
  return roots.filter(({ root }) => root === division.rootOf(numbers.size)).map(({ name }) => name).toSorted()
}

function valuesOf(structure: Structure, names: string, { unit, attributes }: BallotEntry): string {
  return names.split(',').map((name) => (name.startsWith(UNIT_GROUP) ? structure.groupOf(unit, name) : attributes[name]) ?? UNKNOWN_VALUE).join(',')
}
