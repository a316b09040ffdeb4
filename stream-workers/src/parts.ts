/** The roles of a worker process, one by one, for those who run them on ports of their own. */
export { createElections } from './elections.js'
export { createMetrics, type Metrics } from './metrics.js'
export { startLoop, type Clock, type Loop } from './pace.js'
export { startPublisher } from './publisher/publisher.js'
export { createQuarantine, type Quarantine } from './quarantine.js'
export { startRelay } from './relay/relay.js'
export { startTabulator } from './tabulator/tabulator.js'
export { DEFAULT_RETENTION, type Retention } from './retention.js'
