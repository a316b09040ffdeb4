import type { BallotEntry } from '@livetally/core/election'
import { createHash } from 'node:crypto'
import { entriesOf, type GoldenBallot } from '../../core/src/election/fixtures/index.js'

/** Ballots as entries of one box whose ledger took them in transactions of so many, each ending in its digest. */
export function chainedEntries(ballots: readonly GoldenBallot[], perTransaction = 3): BallotEntry[] {
  let chain = ''
  let link: Buffer[] = []
  return entriesOf(ballots).map((entry, seq) => {
    const castAt = Buffer.alloc(8)
    castAt.writeBigInt64BE(BigInt(entry.castAt))
    link.push(Buffer.from(entry.commitment, 'hex'), castAt)
    if (link.length < 2 * perTransaction && seq < ballots.length - 1) return entry
    chain = createHash('sha256').update(Buffer.concat([Buffer.from(chain, 'hex'), ...link])).digest('hex')
    link = []
    return { ...entry, chain }
  })
}
