import type { DrillName } from './drills.js'
import type { Guard } from './guards.js'
import { startSeedThread } from './seed-thread.js'
import type { Outcome } from './simulate.js'

interface Options {
  first: number
  count: number
  threads: number
  without?: readonly Guard[]
  drill?: DrillName | undefined
  onOutcome(outcome: Outcome): void
  /** Asked before each seed: true ends it early. */
  isEnough?: () => boolean
}

/** Seeds handed to one thread at a time, so that it never waits for the next. */
const AHEAD = 4

/** Simulates `count` seeds from `first` on, over several threads. Outcomes come in any order. Rejects if a thread breaks down. */
export async function runSeeds({ first, count, threads, without = [], drill, onOutcome, isEnough = () => false }: Options): Promise<void> {
  let next = first
  const end = first + count
  const runThread = async (): Promise<void> => {
    await using thread = startSeedThread()
    const takeTurns = async (): Promise<void> => {
      while (next < end && !isEnough()) {
        const seed = next
        next += 1
        onOutcome(await thread.simulate({ seed, without, drill }))
      }
    }
    await Promise.all(Array.from({ length: AHEAD }, takeTurns))
  }
  await Promise.all(Array.from({ length: Math.min(threads, count) }, runThread))
}
