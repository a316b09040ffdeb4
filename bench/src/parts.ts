/** What other measurements share with the benchmarks. */
export { castRows } from './accept/cast-rows.js'
export { type BenchShape } from './election/bench-election.js'
export { createOpenElection, openElection, type OpenElection } from './election/open-election.js'
export { describeMachine } from './machine.js'
export { cpuTimeMs, familyPssMiB } from './process-cost.js'
export { table } from './table.js'
