import { electionKeys } from '@livetally/core/voting'
import type { RecountElection } from './recount-election.js'
import type { AuditingKey } from './recount.js'

/** The key that commitments of ballots are verified with; else why there is none, or why the one that was given is none. */
export type FoundAuditKey = { kind: 'KEY', auditKey: Buffer } | { kind: 'NONE' } | { kind: 'OTHER_INSTALLATION' }

export function auditKeyFor({ keyFingerprint }: Pick<RecountElection, 'keyFingerprint'>, slug: string, given: AuditingKey | undefined): FoundAuditKey {
  if (given === undefined) return { kind: 'NONE' }
  if ('auditKey' in given) return { kind: 'KEY', auditKey: given.auditKey }
  const { fingerprint, auditKey } = electionKeys(given.masterKey, slug)
  return fingerprint.toString('hex') === keyFingerprint ? { kind: 'KEY', auditKey } : { kind: 'OTHER_INSTALLATION' }
}
