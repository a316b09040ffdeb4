import type { Random } from '@livetally/simulator'

/** Numbers of ballots, ascending. */
export type BallotSet = Int32Array

/** Ballots that are in exactly the same sets: no sum over the sets tells them apart. Each class is one unknown. */
export interface BallotClasses {
  readonly members: readonly BallotSet[]
  /** The sets as numbers of classes, ascending; each distinct one once, the smallest first. */
  readonly rows: readonly Int32Array[]
}

/** `ballots`: how many there are. Ballots of no set are in no class. */
export function classify(sets: readonly BallotSet[], ballots: number, random: Random): BallotClasses {
  const { high, low } = fingerprints(sets, ballots, random)
  const isCounted = new Uint8Array(ballots)
  for (const set of sets) for (const ballot of set) isCounted[ballot] = 1
  const classOf = new Int32Array(ballots).fill(-1)
  const members: number[][] = []
  const known = new Map<number, number>()
  for (let ballot = 0; ballot < ballots; ballot += 1) {
    if (isCounted[ballot] === 0) continue
    const print = (high[ballot] ?? 0) * 4_294_967_296 + (low[ballot] ?? 0)
    const at = known.get(print) ?? members.length
    if (at === members.length) members.push([])
    known.set(print, at)
    classOf[ballot] = at
    members[at]?.push(ballot)
  }
  return { members: members.map((one) => Int32Array.from(one)), rows: distinctRows(sets, classOf) }
}

/** 53 bits for each ballot, alike only for ballots of the same sets (but for one chance in 10^6 with 50,000 classes). */
function fingerprints(sets: readonly BallotSet[], ballots: number, random: Random): { high: Uint32Array, low: Uint32Array } {
  const [high, low] = [new Uint32Array(ballots), new Uint32Array(ballots)]
  for (const set of sets) {
    const [one, other] = [random.below(2_097_152), random.below(4_294_967_296)]
    for (const ballot of set) {
      high[ballot] = ((high[ballot] ?? 0) ^ one) >>> 0
      low[ballot] = ((low[ballot] ?? 0) ^ other) >>> 0
    }
  }
  return { high, low }
}

function distinctRows(sets: readonly BallotSet[], classOf: Int32Array): Int32Array[] {
  const rows = new Map<string, Int32Array>()
  for (const set of sets) {
    if (set.length === 0) continue
    const row = Int32Array.from(new Set(Array.from(set, (ballot) => classOf[ballot] ?? -1))).sort()
    rows.set(row.join(), row)
  }
  return [...rows.values()].sort((one, other) => one.length - other.length)
}
