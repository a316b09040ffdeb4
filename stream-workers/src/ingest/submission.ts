import { parseBallotSubmitted, parseSignedBallot, SUBMISSION_BYTES, type LogRecord, type SignedBallot } from '@livetally/core/events'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { sourceOf, type SourceKeys } from './source-keys.js'

/** A ballot whose signature is valid, with the source that it is believed to come from. */
export interface Submission { readonly record: LogRecord, readonly source: string, readonly ballot: SignedBallot }

/** Nothing in it is to be believed. */
export interface Unbelieved {
  readonly record: LogRecord
  readonly verdict: 'UNAUTHORIZED' | 'QUARANTINED'
  /** A sentence for the sender, the log and the quarantine. */
  readonly reason: string
}

const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'RS512', 'PS512']

/** Reads a record of topic `ballots.incoming` and checks its signature: the cheap questions first. Never throws. */
export async function readSubmission(record: LogRecord, keys: SourceKeys): Promise<Submission | Unbelieved> {
  const unbelieved = (verdict: Unbelieved['verdict'], reason: string): Unbelieved => ({ record, verdict, reason })
  const bytes = record.value?.length ?? 0
  if (bytes > SUBMISSION_BYTES) return unbelieved('QUARANTINED', `A ballot has at most ${SUBMISSION_BYTES} bytes; this record has ${bytes}.`)
  const submitted = parseBallotSubmitted(record.value)
  if (!submitted.ok) return unbelieved('QUARANTINED', `This is no submitted ballot: ${submitted.reason}.`)
  const source = sourceOf(keyIdOf(submitted.event.ballot))
  if (source === undefined) return unbelieved('UNAUTHORIZED', 'The signature\'s header names no key: `kid` must be the id under which the key was registered.')
  const payload = await verify(submitted.event.ballot, keys)
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

async function verify(jws: string, keys: SourceKeys): Promise<Buffer | undefined> {
  try {
    const find = await keys.find()
    // The lookup is typed for tokens, whose header is that of any compact signature.
    const { payload } = await compactVerify(jws, (header, token) => find({ ...header, alg: header.alg ?? '' }, token), { algorithms: ALGORITHMS })
    return Buffer.from(payload)
  } catch {
    return undefined
  }
}
