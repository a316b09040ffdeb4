import type { Results } from '../documents.js'

/** What the dashboard holds of an election's results. */
export interface FoldedResults {
  results: Results | null
  /** Revisions that were passed over because this viewer, its throttle or the server was slow. */
  skipped: number
}

export const noResults: FoldedResults = { results: null, skipped: 0 }

/**
 * Takes in one message. Every message is the whole state at its revision, so the newest one wins; a late or
 * repeated one (revision not above the known) changes nothing and gives back the very same object.
 */
export function foldResults(previous: FoldedResults, message: Results): FoldedResults {
  if (previous.results !== null && message.revision <= previous.results.revision) return previous
  return { results: message, skipped: previous.skipped + message.skipped }
}
