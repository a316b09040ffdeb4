const NOISE = /\b(votes?|totals?|candidates?|scatter(ed|ing)?|blank|invalid|misc(ellaneous)?|others?|un(assigned|resolved|certified|qualified)|rejected)\b/g

/** Small letters and digits in words, accents gone. */
export function plainWords(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replace(/['’.]/g, '').replace(/[^\p{L}\p{N}#]+/gu, ' ').trim()
}

/** One word for a candidate: parties apart, all unnamed write-ins one. */
export function plainCandidate(candidate: string, party: string): string {
  const words = plainWords(party === '' ? candidate : candidate.replace(/ [A-Z]{1,3}\/[A-Z]{1,3}$/, ''))
  const rest = words.replace(/\bwrite ?ins?(?![a-z])/g, ' ')
  const isUnnamed = (rest !== words && rest.replace(NOISE, '').replace(/\b[w\d]+\b/g, '').trim() === '') || /^(scatter(ed|ing)?( ?\d+)?|not assigned)$/.test(words)
  if (isUnnamed) return 'write-in'
  const parties = party.split(/[/,&]/).map((part) => plainWords(part)).filter((part) => part !== '')
  const last = words.split(' ').at(-1) ?? ''
  const name = parties.some((part) => part === last) && words !== last ? words.slice(0, -last.length) : words
  return name.replaceAll(' ', '') || candidate.trim()
}

/** One word for a contest; numbers of marks that were added to a name are taken off again. */
export function plainContest(office: string, district: string): string {
  return `${plainWords(office.replace(/ \(vote for \d+\)$/, ''))} / ${plainWords(district).replace(/\b0+(?=\d)/g, '')}`
}
