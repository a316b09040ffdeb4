import { measureAccept, type AcceptOptions } from './accept/accept.js'
import { acceptGoals, printAccept } from './accept/print.js'
import { measureDrain, type DrainOptions } from './drain/drain.js'
import { drainGoals, printDrain } from './drain/print.js'
import type { Goal } from './goal.js'
import { measureLatency, type LatencyOptions } from './latency/latency.js'
import { latencyGoals, printLatency } from './latency/print.js'
import { printSink, sinkGoals } from './sink/print.js'
import { measureSink, type SinkOptions } from './sink/sink.js'

/** What a measurement found: as figures, for a person, and against what was aimed at. */
export interface Findings { readonly figures: unknown, readonly text: string, readonly goals: readonly Goal[] }

type Tell = (line: string) => void

/** Each starts servers of its own and ends them. */
export const measurements = {
  async accept(options: AcceptOptions, tell: Tell): Promise<Findings> {
    const figures = await measureAccept(options, tell)
    return { figures, text: printAccept(figures, options), goals: acceptGoals(figures) }
  },
  async sink(options: SinkOptions, tell: Tell): Promise<Findings> {
    const figures = await measureSink(options, tell)
    return { figures, text: printSink(figures, options), goals: sinkGoals(figures) }
  },
  async drain(options: DrainOptions, tell: Tell): Promise<Findings> {
    const figures = await measureDrain(options, tell)
    return { figures, text: printDrain(figures), goals: figures.flatMap(drainGoals) }
  },
  async latency(options: LatencyOptions, tell: Tell): Promise<Findings> {
    const figures = await measureLatency(options, tell)
    return { figures, text: printLatency(figures, options), goals: latencyGoals(figures) }
  },
}
