import { parentPort } from 'node:worker_threads'
import { simulate, type SimulationOptions } from './simulate.js'

/** A thread that simulates the seeds it is sent, one message each, and answers with the outcome. */
parentPort?.on('message', ({ id, options }: { id: number, options: SimulationOptions }) => {
  void simulate(options).then((outcome) => parentPort?.postMessage({ id, outcome }))
})
