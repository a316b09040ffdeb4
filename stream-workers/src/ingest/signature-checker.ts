import { compactVerify } from 'jose'
import type { SourceKeys } from './source-keys.js'

/** Tells signed ballots from others. A port: real signatures are checked on threads whose order no simulation can hold. */
export interface SignatureChecker {
  /** What was signed, if a registered key signed it; else undefined. Never rejects. */
  check(jws: string): Promise<Buffer | undefined>
}

const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'RS256', 'PS256', 'RS512', 'PS512']

export function createSignatureChecker(keys: SourceKeys): SignatureChecker {
  return {
    async check(jws) {
      try {
        const find = await keys.find()
        // The lookup is typed for tokens, whose header is that of any compact signature.
        const { payload } = await compactVerify(jws, (header, token) => find({ ...header, alg: header.alg ?? '' }, token), { algorithms: ALGORITHMS })
        return Buffer.from(payload)
      } catch {
        return undefined
      }
    },
  }
}
