import type { Structure } from '@livetally/core/election'
import type { KnownBallot } from './ballots.js'
import { markIn, type Releases } from './releases.js'

/** Ballots whose mark in a contest follows from the size of their chunk. */
export interface ReadFromSizes {
  /** The one that differs from all others, known by name: what the release size should prevent. */
  readonly odd: readonly number[]
  /** Those that agree with all others before them: as if a place where all agree had been published. */
  readonly alike: readonly number[]
}

/**
 * What the size of a chunk tells to whoever knows the rule and the order of ballots. A chunk that is larger than the release
 * size was not full at the look before: up to there all marks were alike in some contest. Where only one contest can be
 * meant, those ballots are read in it; and where a single ballot came between the two looks, so is that one.
 */
export function readFromSizes({ ballotStyle, secrecy }: Structure, ballots: readonly KnownBallot[], { chunks, step }: Releases): ReadFromSizes {
  const [odd, alike]: [number[], number[]] = [[], []]
  for (const { ballots: chunk, isFull } of chunks) {
    const first = ballots[chunk[0] ?? -1]
    if (!isFull || first === undefined || chunk.length <= (secrecy?.releaseSize ?? 0)) continue
    const before = chunk.length - step
    const meant = ballotStyle(first.unit).filter((contest) => contest.optionIndex.size > contest.votesAllowed)
      .flatMap((contest) => marksOf(chunk.map((at) => markIn(ballots[at], contest.id, contest.votesAllowed)))).filter((count) => count >= before)
    const [count] = meant
    if (meant.length !== 1 || count === undefined) continue
    alike.push(...chunk.slice(0, before))
    if (count === chunk.length) alike.push(...chunk.slice(before))
    else if (step === 1) odd.push(...chunk.slice(before))
  }
  return { odd, alike }
}

/** How many ballots bear each mark: what is published of a chunk. */
function marksOf(marks: readonly string[]): number[] {
  const counts = new Map<string, number>()
  for (const mark of marks) counts.set(mark, (counts.get(mark) ?? 0) + 1)
  return [...counts.values()]
}
