import type { Ballot, BallotEntry } from '@livetally/core/election'
import { electionKeys } from '@livetally/core/voting'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { commitTo, saltOf } from '../../../core/src/voting/receipt.js'
import type { LedgerEntry } from './box-reader.js'
import { createCommitmentAudit } from './commitments.js'

const TRACKER = '2436aadf-7fa2-47e0-88a6-3069cf5dc88d'
const { auditKey } = electionKeys(Buffer.alloc(32, 'flour'), 'crumbleton')
const ballot: Ballot = { unit: 'mill', channel: 'EARLY', attributes: { crust: 'thin', age: 'old' }, selections: { council: ['plum', 'fig'], baker: [], pie: ['apple'] } }

/** As the ledger has a ballot that was committed to when it was cast. */
function stored(changes: Partial<BallotEntry> = {}, { tracker = TRACKER, election = 7 } = {}): LedgerEntry {
  const entry: BallotEntry = { kind: 'BALLOT', seq: 3, castAt: 0, commitment: '', ...ballot, ...changes }
  return { entry, commitment: commitTo(saltOf(auditKey, TRACKER), election, ballot), tracker, correctionText: null }
}
const problemsOf = (entry: LedgerEntry, key: Buffer | undefined = auditKey): string[] => {
  const audit = createCommitmentAudit(7, key)
  audit.take(0, { ...stored(), entry: { ...stored().entry, seq: 0 } })
  audit.take(0, entry)
  return audit.problems()
}

describe('the commitment to a ballot', () => {
  test.each([
    ['as it was cast', {}],
    ['with contests and marks in another order', { selections: { pie: ['apple'], council: ['fig', 'plum'] } }],
    ['with voter groups in another order', { attributes: { age: 'old', crust: 'thin' } }],
  ])('is found again from its row, %s', (_what, changes) => {
    expect(problemsOf(stored(changes))).toEqual([])
  })

  test.each<[what: string, entry: LedgerEntry]>([
    ['another mark', stored({ selections: { ...ballot.selections, pie: ['cherry'] } })],
    ['a mark more', stored({ selections: { ...ballot.selections, baker: ['rye'] } })],
    ['another place', stored({ unit: 'market' })],
    ['another channel', stored({ channel: 'ONLINE' })],
    ['another voter group', stored({ attributes: { age: 'young', crust: 'thin' } })],
    ['another tracker', stored({}, { tracker: '2436aadf-7fa2-47e0-88a6-3069cf5dc88e' })],
    ['another election', stored({}, { election: 8 })],
  ])('is not that of a row with %s', (_what, entry) => {
    expect(problemsOf(entry)).toEqual(['box 0: entry 3 is not the ballot that was committed to'])
  })

  test('is found again from any ballot of Crumbleton', () => {
    const audit = createCommitmentAudit(7, auditKey)
    for (const [seq, { castAt, ...cast }] of crumbleton.ballots.entries()) {
      audit.take(0, { entry: { kind: 'BALLOT', seq, castAt, commitment: '', ...cast }, commitment: commitTo(saltOf(auditKey, TRACKER), 7, cast), tracker: TRACKER, correctionText: null })
    }
    expect(audit.problems()).toEqual([])
  })

  test('is not looked at without a key', () => {
    const audit = createCommitmentAudit(7, undefined)
    audit.take(0, stored({ unit: 'market' }))
    expect(audit.problems()).toEqual([])
  })
})
