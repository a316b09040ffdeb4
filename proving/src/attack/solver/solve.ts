import { createRandom, type Random } from '@livetally/simulator'
import { classify, type BallotClasses, type BallotSet } from './ballot-classes.js'
import { createEquationSystem, type EquationSystem, type Row } from './equation-system.js'

export interface SolveOptions {
  /** Sets of ballots whose sums are known. */
  sets: readonly BallotSet[]
  /** How many ballots there are. */
  ballots: number
  /** Sets of fewer ballots than this are looked for. */
  size: number
  seed: string
  /** How often each equation is solved for another unknown on average, in search of small sets; 0: only where elimination meets them. */
  rounds?: number
  /** Coefficients that may be kept in memory. */
  mostCells?: number
}

export interface Solved {
  /** Sets after those that say the same. */
  readonly equations: number
  /** Unknowns: ballots that no set tells apart are one. */
  readonly unknowns: number
  readonly rank: number
  /** Ballots that are determined, ascending. */
  readonly read: readonly number[]
  /** Other sets of fewer than `size` ballots of which some sum is known. At most `MOST_SMALL_SETS`. */
  readonly smallSets: readonly (readonly number[])[]
}

export const MOST_SMALL_SETS = 10_000
const MOST_CELLS = 40_000_000
/** Exchanges in wide equations are dear, and what they may show is shown by others, too. */
const WIDE_EXCHANGES = 50

/**
 * Everything that follows from the sums. A ballot is read where its unit vector lies in the span of the sets: then, and
 * only then, the reduced system has an equation of it alone. Small sets are the words of low weight of a linear code: they
 * appear as equations of the reduced system when exactly one of their unknowns is a pivot, so pivots are exchanged at random
 * (Canteaut and Chabaud 1998). What is found is there; that nothing is found is no proof, but the chance to miss falls with every round.
 */
export function solve({ sets, ballots, size, seed, rounds = 0, mostCells = MOST_CELLS }: SolveOptions): Solved {
  const random = createRandom(seed)
  const classes = classify(sets, ballots, random)
  const weights = Int32Array.from(classes.members, ({ length }) => length)
  const small = new Map<string, readonly number[]>()
  const look = (row: Row): void => {
    if (row.weight >= size || row.weight === 0 || small.size >= MOST_SMALL_SETS) return
    const members = membersOf(row, classes)
    if (members.length > 1) small.set(members.join(), members)
  }
  let onChange = (_row: Row): void => undefined
  const system = createEquationSystem({ weights, mostCells, onChange: (row) => { onChange(row) } })
  for (const row of classes.rows) system.add(row)
  for (const row of system.rows) look(row)
  onChange = look
  search(system, rounds, random)
  const read = system.rows.filter(({ weight }) => weight === 1).flatMap((row) => membersOf(row, classes)).sort((one, other) => one - other)
  const known = new Set(read)
  return {
    equations: classes.rows.length, unknowns: weights.length, rank: system.rows.length, read,
    smallSets: [...small.values()].filter((members) => members.every((ballot) => !known.has(ballot))),
  }
}

function membersOf({ cells }: Row, { members }: BallotClasses): number[] {
  return [...cells.columns()].flatMap((column) => [...members[column] ?? []]).sort((one, other) => one - other)
}

function search(system: EquationSystem, rounds: number, random: Random): void {
  const solvable = system.rows.filter(({ cells }) => cells.size > 1)
  let wideLeft = WIDE_EXCHANGES * rounds
  for (let left = Math.ceil(rounds * solvable.length); left > 0; left -= 1) {
    const row = random.pick(solvable)
    if (row.isWide) wideLeft -= 1
    if (row.isWide && wideLeft < 0) continue
    const columns = [...row.cells.columns()].filter((column) => column !== row.pivot)
    if (columns.length > 0) system.exchange(row, random.pick(columns))
  }
}
