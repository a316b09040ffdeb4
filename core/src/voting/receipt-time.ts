import type { Structure } from '../election/index.js'

const MINUTE_MS = 60_000

/**
 * When a ballot was cast, as its receipt says it (ms since 1970): the minute where ballots are secret, for the second
 * would find it among those whose choices are shown together; else as the ledger has it.
 */
export function receiptTime({ secrecy }: Pick<Structure, 'secrecy'>, castAt: number): number {
  return secrecy === undefined ? castAt : Math.floor(castAt / MINUTE_MS) * MINUTE_MS
}
