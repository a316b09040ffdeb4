import type { ResultsStatus } from '../vocabulary.js'

/** Every sealed ballot box is in results of this status, and every choice is told: from here on only corrections change them. */
export function isCompleteStatus(status: ResultsStatus): boolean {
  return status === 'UNOFFICIAL_COMPLETE' || status === 'CORRECTION' || status === 'RECOUNT' || status === 'CERTIFIED'
}
