/** 25 signs of which no two look alike in print or handwriting; 12 of them make 55 bits. */
const ALPHABET = '23479ABCDEFGHJKMNPQRTVWXY'
const LENGTH = 12

/** What people type for the sign that is printed. The signs on the left are not in the alphabet; nor are 0, 1, 5, I, L, O and S, which look like none of it. */
const MISREADINGS: Readonly<Record<string, string>> = { 8: 'B', Z: '2', 6: 'G', U: 'V' }

/** Letters of other keyboards with the shape that is printed, Cyrillic and Greek. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  А: 'A', В: 'B', С: 'C', Е: 'E', Н: 'H', К: 'K', М: 'M', Р: 'P', Т: 'T', У: 'Y', Х: 'X', З: '3', Ԛ: 'Q', Ј: 'J', Ԍ: 'G',
  Α: 'A', Β: 'B', Ε: 'E', Η: 'H', Κ: 'K', Μ: 'M', Ν: 'N', Ρ: 'P', Τ: 'T', Υ: 'Y', Χ: 'X', Ζ: '2',
}

/** Zeros of digits that NFKC leaves as they are: Arabic, Persian, Devanagari, Bengali. */
const ZEROS = [0x660, 0x6F0, 0x966, 0x9E6]

/** All that is neither letter nor digit (spaces, dashes, minus, quotes, dots, slashes, signs that nobody sees), and what Japanese and Chinese keyboards have for a dash. */
const IN_BETWEEN = /[^\p{L}\p{N}\p{M}]|\p{Default_Ignorable_Code_Point}|[ー一]/gu

/** What NFKC makes of an accent without a letter, such as ´ for a quote. */
const ACCENT_ALONE = / \p{M}+/gu

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

/** Reads what a person typed (small letters, full width, any sign or none between them, invisible marks, look-alikes); undefined if it cannot be a code. */
export function parseVotingCode(typed: string): string | undefined {
  if (typed.length > 64) return undefined
  const signs = typed.normalize('NFKC').toUpperCase().replace(ACCENT_ALONE, '').replace(IN_BETWEEN, '')
  const code = [...signs].map((sign) => {
    const plain = LOOK_ALIKES[sign] ?? digitOf(sign)
    return MISREADINGS[plain] ?? plain
  }).join('')
  return code.length === LENGTH && [...code].every((sign) => ALPHABET.includes(sign)) ? code : undefined
}

function digitOf(sign: string): string {
  const at = sign.codePointAt(0) ?? 0
  const zero = ZEROS.find((first) => at >= first && at <= first + 9)
  return zero === undefined ? sign : String(at - zero)
}
