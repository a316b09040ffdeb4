import type { StoredToken, StoredTokenKey } from '@livetally/core/store'

const instant = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')
/** Subjects are people's words: nothing in them reaches the terminal but signs that can be seen. */
const visible = (words: string): string => words.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?')

/** Tokens as a table, never themselves. */
export function printTokens(tokens: readonly StoredToken[]): string {
  if (tokens.length === 0) return 'No token is valid but those of voters, which are not listed.'
  return table(['ID', 'ROLE', 'SUBJECT', 'ELECTION', 'KEY', 'EXPIRES', ''], tokens.map(({ id, role, subject, election, keyId, expiresAt, revokedAt }) =>
    [id, role, visible(subject), election === null ? 'all' : `e${election}`, keyId, instant(expiresAt), revokedAt === null ? '' : `revoked ${instant(revokedAt)}`]))
}

/** Keys as a table, with what their retirement makes void. */
export function printKeys(keys: readonly StoredTokenKey[], tokens: readonly StoredToken[]): string {
  return table(['KEY', 'MADE', 'STATE', 'TOKENS LISTED', 'VALID BEYOND'], keys.map(({ id, madeAt, retiresAt }) => {
    const own = tokens.filter(({ keyId, revokedAt }) => keyId === id && revokedAt === null)
    const cut = retiresAt === null ? 0 : own.filter(({ expiresAt }) => expiresAt > retiresAt).length
    return [id, instant(madeAt), retiresAt === null ? 'signs' : `verifies until ${instant(retiresAt)}`, String(own.length), cut === 0 ? '' : `${cut}: issue them anew`]
  }))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  return [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}
