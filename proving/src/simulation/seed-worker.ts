import { parentPort, workerData } from 'node:worker_threads'
import { parseGuard } from './guards.js'
import { simulate } from './simulate.js'

/** A thread that simulates the seeds it is sent, one message each, and answers with the outcome. */
const { without }: { without: readonly string[] } = workerData
const guards = without.map(parseGuard)
parentPort?.on('message', (seed: number) => {
  void simulate({ seed, without: guards }).then((outcome) => parentPort?.postMessage(outcome))
})
