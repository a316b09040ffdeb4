import { randomInt } from 'node:crypto'

/** 25 signs of which no two look alike in print or handwriting; 12 of them make 55 bits. */
const ALPHABET = '23479ABCDEFGHJKMNPQRTVWXY'
const LENGTH = 12

/** What people type for the sign that is printed. The signs on the left are not in the alphabet. */
const MISREADINGS: Readonly<Record<string, string>> = { 8: 'B', Z: '2', 6: 'G', U: 'V' }

/** A new code in its canonical form, without hyphens. */
export function makeVotingCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}

/** As it is printed: `7KQ2-M4XD-9TRB`. */
export function formatVotingCode(code: string): string {
  return code.match(/.{1,4}/g)?.join('-') ?? code
}

/** Reads what a person typed (small letters, spaces, missing hyphens, look-alikes); undefined if it cannot be a code. */
export function parseVotingCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined
  const signs = typed.toUpperCase().replace(/[\s\-‐-―._]/g, '')
  const code = [...signs].map((sign) => MISREADINGS[sign] ?? sign).join('')
  return code.length === LENGTH && [...code].every((sign) => ALPHABET.includes(sign)) ? code : undefined
}
