/** An id made of a name: `us-house` of `U.S. House`. Of at most 40 characters, so that several fit into 64. */
export function idOf(name: string): string {
  const id = name.normalize('NFKD').replace(/[\u0300-\u036f.'’]/g, '').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').toLowerCase()
  return id.slice(0, 40).replace(/-+$/, '') || 'unnamed'
}

export interface Ids { of(key: string, wish: string): string }

/** Gives every key an id of its own, in the order of asking: as wished, or with a number where that is taken. */
export function createIds(): Ids {
  const byKey = new Map<string, string>()
  const taken = new Set<string>()
  return {
    of: (key, wish) => {
      const known = byKey.get(key)
      if (known !== undefined) return known
      let id = wish
      for (let twin = 2; taken.has(id); twin += 1) id = `${wish}-${twin}`
      taken.add(id)
      byKey.set(key, id)
      return id
    },
  }
}

/** What spellings of one person's name have in common: letters and digits, whatever their case, accents and spaces. */
export function nameKey(name: string): string {
  return fold(name).replace(/[^\p{L}\p{N}]+/gu, '') || name
}

/** What spellings of one office, place or district have in common. Words stay apart: `Fox 1-1` is not `Fox 11`. */
export function titleKey(name: string): string {
  return fold(name).replace(/['’.]/g, '').replace(/[^\p{L}\p{N}#]+/gu, ' ').trim() || name
}

/** Of a district: `07` is `7`. */
export function districtKey(district: string | null): string {
  return titleKey(district ?? '').replace(/\b0+(?=\d)/g, '')
}

function fold(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase()
}

const WRITE_IN = /^(un(assigned|resolved|certified|qualified)|misc(ellaneous)?|other|invalid|rejected|total)?\s*write\W?\s?ins?(?![a-z])\W*(votes?|totals?|candidates?|scatter(ed|ing)?|blank|invalid|misc(ellaneous)?|others?|w|\d+)*\W*$/i
const SCATTERED = /^(scatter(ed|ing)?(\s*write\W?\s?ins?)?\s*\d*|not assigned)$/i

/** True for rows that sum votes for names written in by voters, however they are spelt: one option. `Write-in: Ada` is Ada's row. */
export function isWriteIn(candidate: string): boolean {
  return WRITE_IN.test(candidate.trim()) || SCATTERED.test(candidate.trim())
}

/** True for a write-in whom the file names: `Write-in: Ada`, `Ada (Write-in)`. */
export function isNamedWriteIn(candidate: string): boolean {
  return !isWriteIn(candidate) && (/^write[- ]?ins?\s*[:\-–]/i.test(candidate) || /\(?\bwrite[- ]?in\)?$/i.test(candidate))
}
