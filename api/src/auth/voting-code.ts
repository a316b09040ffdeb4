/** 25 signs of which no two look alike in print or handwriting; 12 of them make 55 bits. */
const ALPHABET = '23479ABCDEFGHJKMNPQRTVWXY'
const LENGTH = 12

/** What people type for the sign that is printed. The signs on the left are not in the alphabet. */
const MISREADINGS: Readonly<Record<string, string>> = { 8: 'B', Z: '2', 6: 'G', U: 'V' }

/** Spaces, dashes and minus of every kind, quotes, dots, and signs that nobody sees. */
const IN_BETWEEN = /[\p{White_Space}\p{Dash}\p{Quotation_Mark}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}._`´]/gu

/** A code in its canonical form, without hyphens, made of 32 random bytes: all codes are equally likely but for one part in 2^200. */
export function votingCodeOf(seed: Buffer): string {
  let rest = BigInt(`0x${seed.toString('hex')}`)
  return Array.from({ length: LENGTH }, () => {
    const sign = ALPHABET[Number(rest % BigInt(ALPHABET.length))]
    rest /= BigInt(ALPHABET.length)
    return sign
  }).join('')
}

/** As it is printed: `7KQ2-M4XD-9TRB`. */
export function formatVotingCode(code: string): string {
  return code.match(/.{1,4}/g)?.join('-') ?? code
}

/** Reads what a person typed (small letters, full width, spaces, quotes, any dashes or none, invisible marks, look-alikes); undefined if it cannot be a code. */
export function parseVotingCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined
  const signs = typed.normalize('NFKC').toUpperCase().replace(IN_BETWEEN, '')
  const code = [...signs].map((sign) => MISREADINGS[sign] ?? sign).join('')
  return code.length === LENGTH && [...code].every((sign) => ALPHABET.includes(sign)) ? code : undefined
}
