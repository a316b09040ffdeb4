import type { BoxEntry } from '../ballot.js'
import { additionsOfBallot } from '../counting/additions.js'
import { createTallyRows } from '../counting/tally-rows.js'
import { UNKNOWN_VALUE } from '../counting/tally.js'
import { UNIT_GROUP, type Structure } from '../structure/structure.js'
import { fixedDivision, groupDivision, placeDivision, type Division } from './division.js'
import { createHeldChoices } from './held-choices.js'
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
}

/** Sets of one way to divide ballots, found as they come. */
interface Found { readonly names: string, readonly numbers: Map<string, number>, readonly ballots: number[] }

/**
 * Decides how choices by groups of voters (and by places, where release units are wider) are published once every box is
 * sealed. `names`: the breakdowns that are wanted (joined by `,`). `known`: what was decided before, and stays.
 */
export function createGroupRelease(structure: Structure, names: readonly string[], known: readonly JoinedSets[]): GroupRelease {
  const { secrecy } = structure
  if (secrecy === undefined) throw new Error('Open ballots are not released in groups.')
  const least = secrecy.releaseSize
  const divisions: Found[] = [...secrecy.isByPlace ? [] : [PLACES], ...known.map((one) => one.names), ...names]
    .filter((name, at, all) => all.indexOf(name) === at).map((name) => ({ names: name, numbers: new Map(), ballots: [] }))
  const chunks = createChunkNumbers(structure)
  /** Per pair of divisions: ballots by the two sets. Division 0 is that of the chunks. */
  const pairs = Array.from({ length: divisions.length + 1 }, (_, one) => Array.from({ length: divisions.length + 1 }, (_unused, other) => one < other ? new Map<number, number>() : undefined))

  return {
    add(box, entry) {
      const chunk = chunks.add(box, entry)
      if (chunk === undefined || entry.kind !== 'BALLOT') return
      const sets = [chunk, ...divisions.map((division) => numberOf(division, division.names === PLACES ? entry.unit : valuesOf(structure, division.names, entry)))]
      sets.forEach((one, left) => sets.forEach((other, right) => {
        const cells = pairs[left]?.[right]
        if (cells === undefined) return
        const key = one * MOST_SETS + other
        cells.set(key, (cells.get(key) ?? 0) + 1)
      }))
    },
    decide() {
      const all: Division[] = [chunks.division(), ...divisions.map((found) => divisionOf(structure, found, known.find((one) => one.names === found.names)))]
      const ofPlaces = new Set(all.filter((_, at) => at === 0 || divisions[at - 1]?.names === PLACES))
      const isTold = (division: Division, set: number): boolean => ofPlaces.has(division) && division.ballotsIn(set) < least
      for (const [left, right] of pairsOf(all.length)) {
        const [one, other, cells] = [all[left], all[right], pairs[left]?.[right]]
        if (one === undefined || other === undefined || cells === undefined) continue
        const crossing = [...cells].map(([key, ballots]): [number, number, number] => [Math.floor(key / MOST_SETS), key % MOST_SETS, ballots])
        joinCrossing({ one, other, cells: crossing, isTold }, least)
      }
      return divisions.flatMap((found, at): JoinedSets[] => {
        const division = all[at + 1]
        return division === undefined || known.some((one) => one.names === found.names) ? [] : [{ names: found.names, joined: joinedIn(found, division) }]
      })
    },
  }
}

function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, right) => Array.from({ length: right }, (_unused, left): [number, number] => [left, right])).flat()
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
    return placeDivision({ ...sets, kin: sets.names.map((place) => kinOf(structure, place)) }, structure.secrecy?.releaseSize ?? 0)
  }
  if (known === undefined) return groupDivision(sets, structure.secrecy?.releaseSize ?? 0)
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

function valuesOf(structure: Structure, names: string, { unit, attributes }: Extract<BoxEntry, { kind: 'BALLOT' }>): string {
  return names.split(',').map((name) => (name.startsWith(UNIT_GROUP) ? structure.groupOf(unit, name) : attributes[name]) ?? UNKNOWN_VALUE).join(',')
}

/** Numbers the chunks in which ballots are released, by the rules that hold them back. */
function createChunkNumbers(structure: Structure) {
  const { secrecy } = structure
  const boxes = new Map<number, ReturnType<typeof createHeldChoices>>()
  const current = new Map<string, { chunk: number, before: number | undefined }>()
  const ballots: number[] = []
  const together: [number, number][] = []
  const cellName = (box: number, name: string): string => `${box}/${name}`
  const held = (box: number) => {
    const known = boxes.get(box)
    if (known !== undefined || secrecy === undefined) return known
    const made = createHeldChoices({ secrecy, rows: createTallyRows([]), box, onRelease: () => undefined })
    boxes.set(box, made)
    return made
  }
  const begin = (before: number | undefined) => {
    ballots.push(0)
    return { chunk: ballots.length - 1, before }
  }
  return {
    /** The chunk that the entry's ballot is in; undefined for what is no ballot of this election. */
    add(box: number, entry: BoxEntry): number | undefined {
      if (entry.kind === 'SEAL') {
        const joined = held(box)?.release(entry.seq) ?? new Map<string, string>()
        const prefix = cellName(box, '')
        for (const [name, { chunk, before }] of current) {
          if (!name.startsWith(prefix)) continue
          if (before !== undefined) together.push([chunk, before])
          const target = current.get(cellName(box, joined.get(name.slice(prefix.length)) ?? ''))
          if (target !== undefined) together.push([chunk, target.chunk])
        }
        return undefined
      }
      if (entry.kind !== 'BALLOT') return undefined
      const cell = secrecy?.cellOf(entry.unit)
      const additions = cell && additionsOfBallot(cell.layout, entry)
      if (cell === undefined || additions === undefined) return undefined
      const name = cellName(box, `${cell.id}/${secrecy?.byChannel === true ? entry.channel : ''}`)
      const mine = current.get(name) ?? begin(undefined)
      current.set(name, mine)
      ballots[mine.chunk] = (ballots[mine.chunk] ?? 0) + 1
      if (held(box)?.add(entry.unit, entry.channel, additions, entry.seq) === true) current.set(name, begin(mine.chunk))
      return mine.chunk
    },
    division: (): Division => fixedDivision({ names: ballots.map(String), ballots }, together),
  }
}
