/** Letters and digits that a voting code has, without its hyphens. */
const CODE_LENGTH = 12

/** Writes a code as it stands on the letter, `7KQ2-M4XD-9TRB`, whatever the typing looked like. */
export function formatVotingCode(typed: string): string {
  const plain = typed.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, CODE_LENGTH)
  return plain.match(/.{1,4}/g)?.join('-') ?? ''
}

export function isVotingCode(typed: string): boolean {
  return formatVotingCode(typed).replaceAll('-', '').length === CODE_LENGTH
}
