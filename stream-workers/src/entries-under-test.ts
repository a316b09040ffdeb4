import type { BallotEntry } from '@livetally/core/election'
import { createHash } from 'node:crypto'
import { entriesOf, type GoldenBallot } from '../../core/src/election/fixtures/index.js'

/** Ballots as entries of one box whose ledger took them in transactions of so many, each ending in its digest. */
export function chainedEntries(ballots: readonly GoldenBallot[], perTransaction = 3): BallotEntry[] {
  let chain = ''
  let commitments: string[] = []
  return entriesOf(ballots).map((entry, seq) => {
    commitments.push(entry.commitment)
    if (commitments.length < perTransaction && seq < ballots.length - 1) return entry
    chain = createHash('sha256').update(Buffer.from(chain + commitments.join(''), 'hex')).digest('hex')
    commitments = []
    return { ...entry, chain }
  })
}
