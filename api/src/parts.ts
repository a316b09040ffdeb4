/** The parts of an API process that count, one by one, for those who run them on ports of their own. */
export { createResultsFeed, type ResultsFeed } from './live/results-feed.js'
export { createCorrectionDesk, type CorrectionOutcome } from './corrections/correction-desk.js'
export { createResultsReader } from './live/results-reader.js'
export type { ShownRevision } from './live/shown-revision.js'
