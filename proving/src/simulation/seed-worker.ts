import { parentPort } from 'node:worker_threads'
import { simulate, type SimulationOptions } from './simulate.js'

/** A thread that simulates the seeds it is sent, one message each and one after the other, and answers with the outcome. */
let last: Promise<unknown> = Promise.resolve()
parentPort?.on('message', ({ id, options }: { id: number, options: SimulationOptions }) => {
  last = last.then(() => simulate(options)).then((outcome) => parentPort?.postMessage({ id, outcome }))
})
