const BYTES = 16

/**
 * What participation keeps of a voter reference: its first 16 bytes. RFC 2104 (section 5) lets an HMAC be cut to half; among a
 * billion voters the chance that any two share one is below 10⁻²⁰. Why: docs/decisions/half-references-in-participation.md
 */
export function voterKeyOf(voterRef: Buffer): Buffer {
  return voterRef.subarray(0, BYTES)
}

/** The same in SQL, of an expression that is a whole voter reference. */
export const voterKeySql = (voterRef: string): string => `substring(${voterRef} FROM 1 FOR ${BYTES})`
