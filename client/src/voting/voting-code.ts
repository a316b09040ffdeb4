/** Letters and digits that a voting code has, without its hyphens. */
const CODE_LENGTH = 12

/** Nothing of this is part of a code. Letters and digits of other keyboards stay: the server knows which of them look alike. */
const IN_BETWEEN = /[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}|[ー一]/gu

/** Writes a code as it stands on the letter, `7KQ2-M4XD-9TRB`, whatever the typing looked like. */
export function formatVotingCode(typed: string): string {
  const plain = [...typed.normalize('NFKC').toUpperCase().replace(IN_BETWEEN, '')].slice(0, CODE_LENGTH).join('')
  return plain.match(/.{1,4}/gu)?.join('-') ?? ''
}

export function isVotingCode(typed: string): boolean {
  return [...formatVotingCode(typed).replaceAll('-', '')].length === CODE_LENGTH
}
