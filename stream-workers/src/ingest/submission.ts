import { parseBallotSubmitted, parseSignedBallot, SUBMISSION_BYTES, type LogRecord, type SignedBallot } from '@livetally/core/events'
import { decodeProtectedHeader } from 'jose'
import type { SignatureChecker } from './signature-checker.js'
import { sourceOf } from './source-keys.js'

/** A ballot whose signature is valid, with the source that it is believed to come from. */
export interface Submission { readonly record: LogRecord, readonly source: string, readonly ballot: SignedBallot }

/** Nothing in it is to be believed. */
export interface Unbelieved {
  readonly record: LogRecord
  readonly verdict: 'UNAUTHORIZED' | 'QUARANTINED'
  /** A sentence for the sender, the log and the quarantine. */
  readonly reason: string
}

/** Reads a record of topic `ballots.incoming` and checks its signature: the cheap questions first. Never throws. */
export async function readSubmission(record: LogRecord, signatures: SignatureChecker): Promise<Submission | Unbelieved> {
  const unbelieved = (verdict: Unbelieved['verdict'], reason: string): Unbelieved => ({ record, verdict, reason })
  const bytes = record.value?.length ?? 0
  if (bytes > SUBMISSION_BYTES) return unbelieved('QUARANTINED', `A ballot has at most ${SUBMISSION_BYTES} bytes; this record has ${bytes}.`)
  const submitted = parseBallotSubmitted(record.value)
  if (!submitted.ok) return unbelieved('QUARANTINED', `This is no submitted ballot: ${submitted.reason}.`)
  const source = sourceOf(keyIdOf(submitted.event.ballot))
  if (source === undefined) return unbelieved('UNAUTHORIZED', 'The signature\'s header names no key: `kid` must be the id under which the key was registered.')
  const payload = await signatures.check(submitted.event.ballot)
  if (payload === undefined) return unbelieved('UNAUTHORIZED', `The signature is not that of a key registered for "${source}".`)
  const signed = parseSignedBallot(payload)
  if (!signed.ok) return unbelieved('QUARANTINED', `The signed ballot cannot be read: ${signed.reason}.`)
  return { record, source, ballot: signed.event }
}

function keyIdOf(jws: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(jws)
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}
