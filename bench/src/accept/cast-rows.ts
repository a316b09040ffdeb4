import type { Structure } from '@livetally/core/election'
import type { CastRow } from '@livetally/core/store'
import { randomBytes, randomUUID } from 'node:crypto'
import { benchBallot } from '../election/bench-election.js'

/** As large as the API's: version, nonce, tracker, tag. */
const SEALED_RECEIPT_BYTES = 45

/** Ballots of voters who have not voted yet, as the API hands them to the ledger. `from` numbers the first. */
export function castRows(structure: Structure, phaseVersion: number, from: number, count: number): CastRow[] {
  return Array.from({ length: count }, (_, at) => {
    const { box: _box, ...ballot } = benchBallot(structure, from + at)
    return {
      voterRef: randomBytes(32), keyHash: randomBytes(16), sealedReceipt: randomBytes(SEALED_RECEIPT_BYTES),
      phaseVersion, tracker: randomUUID(), commitment: randomBytes(32), ballot,
    }
  })
}
