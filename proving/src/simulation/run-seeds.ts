import { Worker } from 'node:worker_threads'
import type { Guard } from './guards.js'
import type { Outcome } from './simulate.js'

interface Options {
  first: number
  count: number
  threads: number
  without?: readonly Guard[]
  onOutcome(outcome: Outcome): void
  /** Asked before each seed: true ends it early. */
  isEnough?: () => boolean
}

/** Threads run what was built, also where a test runs the sources. */
const SEED_WORKER = new URL('../../dist/simulation/seed-worker.js', import.meta.url)

/** Seeds handed to one thread at a time, so that it never waits for the next. */
const AHEAD = 4

/** Simulates `count` seeds from `first` on, over several threads. Outcomes come in any order. Rejects if a thread breaks down. */
export async function runSeeds({ first, count, threads, without = [], onOutcome, isEnough = () => false }: Options): Promise<void> {
  let next = first
  const end = first + count
  const runThread = (): Promise<void> => new Promise((resolve, reject) => {
    const thread = new Worker(SEED_WORKER, { workerData: { without } })
    let waiting = 0
    const handOut = (): void => {
      while (waiting < AHEAD && next < end && !isEnough()) {
        thread.postMessage(next)
        next += 1
        waiting += 1
      }
      if (waiting === 0) void thread.terminate().then(() => resolve())
    }
    thread.on('error', reject)
    thread.on('message', (outcome: Outcome) => {
      waiting -= 1
      onOutcome(outcome)
      handOut()
    })
    handOut()
  })
  await Promise.all(Array.from({ length: Math.min(threads, count) }, runThread))
}
