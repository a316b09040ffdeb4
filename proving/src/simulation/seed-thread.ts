import { Worker } from 'node:worker_threads'
import type { Outcome, SimulationOptions } from './simulate.js'

/** A thread of its own that simulates schedules. */
export interface SeedThread extends AsyncDisposable {
  /** Rejects if the thread breaks down. */
  simulate(options: SimulationOptions): Promise<Outcome>
}

/** Threads run what was built, also where a test runs the sources. */
const SEED_WORKER = new URL('../../dist/simulation/seed-worker.js', import.meta.url)

export function startSeedThread(): SeedThread {
  const thread = new Worker(SEED_WORKER)
  const waiting = new Map<number, { resolve: (outcome: Outcome) => void, reject: (error: Error) => void }>()
  let asked = 0
  thread.on('message', ({ id, outcome }: { id: number, outcome: Outcome }) => {
    waiting.get(id)?.resolve(outcome)
    waiting.delete(id)
  })
  thread.on('error', (error) => {
    for (const { reject } of waiting.values()) reject(error instanceof Error ? error : new Error(String(error)))
    waiting.clear()
  })
  return {
    simulate: (options) => new Promise((resolve, reject) => {
      asked += 1
      waiting.set(asked, { resolve, reject })
      thread.postMessage({ id: asked, options })
    }),
    async [Symbol.asyncDispose]() { await thread.terminate() },
  }
}
