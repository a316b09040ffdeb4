import type { BallotEntry } from '@livetally/core/election'
import { groupOf } from './hand-count.js'
import type { RecountElection } from './recount-election.js'
import type { ReleasedChunk } from './releases.js'

/** More ballots than this are not kept one by one: choices by groups are then not audited for what they might tell. */
export const MOST_RECORDED = 5_000_000

/** A way to divide ballots into sets: the number of the set of each ballot, and the names of the sets. */
export interface RecordedPartition { readonly kind: 'CHUNKS' | 'PLACES' | 'GROUPS', readonly name: string, readonly sets: readonly string[], readonly ofBallot: readonly number[] }

/** In which sets each released ballot lies: its chunk, its place, and its group in each breakdown. */
export interface GroupRecord {
  add(chunk: ReleasedChunk): void
  readonly ballots: number
  /** The chunks first, then the places, then each breakdown. */
  partitions(): RecordedPartition[]
}

export function createGroupRecord(election: Pick<RecountElection, 'groups' | 'breakdowns'>, box: number): GroupRecord {
  const made = [
    { kind: 'CHUNKS' as const, name: '', setOf: (_ballot: BallotEntry, chunk: number): string => `${box}/${chunk}` },
    { kind: 'PLACES' as const, name: '', setOf: ({ unit }: BallotEntry): string => unit },
    ...election.breakdowns.map((names) => ({ kind: 'GROUPS' as const, name: names.join(','), setOf: (ballot: BallotEntry): string => groupOf(election, names, ballot) })),
  ].map((partition) => ({ ...partition, numbers: new Map<string, number>(), ofBallot: [] as number[] }))
  let chunks = 0
  let ballots = 0
  return {
    add(chunk) {
      chunks += 1
      ballots += chunk.ballots.length
      if (ballots > MOST_RECORDED) return
      for (const ballot of chunk.ballots) {
        for (const { numbers, ofBallot, setOf } of made) {
          const set = setOf(ballot, chunks)
          const number = numbers.get(set) ?? numbers.size
          numbers.set(set, number)
          ofBallot.push(number)
        }
      }
    },
    get ballots() { return ballots },
    partitions: () => made.map(({ kind, name, numbers, ofBallot }) => ({ kind, name, sets: [...numbers.keys()], ofBallot })),
  }
}

/** The same partitions of the ballots of several boxes. */
export function mergeRecords(records: readonly GroupRecord[]): RecordedPartition[] {
  const [first = [], ...others] = records.map((record) => record.partitions())
  return first.map((partition, at) => {
    const numbers = new Map(partition.sets.map((set, number) => [set, number]))
    const ofBallot = [...partition.ofBallot]
    for (const other of others) {
      const own = (other[at]?.sets ?? []).map((set) => {
        const number = numbers.get(set) ?? numbers.size
        numbers.set(set, number)
        return number
      })
      for (const set of other[at]?.ofBallot ?? []) ofBallot.push(own[set] ?? 0)
    }
    return { ...partition, sets: [...numbers.keys()], ofBallot }
  })
}
