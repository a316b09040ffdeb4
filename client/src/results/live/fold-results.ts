import type { Results } from '../documents.js'

/**
 * Takes in one message. Every message is the whole state at its revision, so the newest one wins; a late or
 * repeated one (revision not above the known) changes nothing and gives back the very same object.
 */
export function foldResults(known: Results | null, message: Results): Results {
  return known !== null && message.revision <= known.revision ? known : message
}
