import { plainWords } from './plain-keys.js'
import type { PlainRow } from './plain-sums.js'

/**
 * Leaves out rows of write-ins that are sums of the write-ins beside them: those called a total where they are, those called
 * nothing else where they are everywhere.
 */
export function withoutWriteInSums(rows: readonly PlainRow[]): PlainRow[] {
  const groups = new Map<string, { total: PlainRow[], plain: PlainRow[], parts: number }>()
  for (const row of rows) {
    const words = plainWords(row.spelling)
    const isNamed = /\bwrite ?ins?\b/.test(words)
    if (row.kind !== 'VOTES' || (!isNamed && row.candidate !== 'write-in')) continue
    const key = JSON.stringify([row.place, row.contest, row.party])
    const group = groups.get(key) ?? { total: [], plain: [], parts: 0 }
    groups.set(key, group)
    if (row.candidate === 'write-in' && /\btotals?\b/.test(words)) group.total.push(row)
    else if (/^write ?ins?( votes?)?$/.test(words)) group.plain.push(row)
    else group.parts += sum([row])
  }
  const all = [...groups.values()]
  const both = all.filter(({ plain, parts }) => plain.length > 0 && parts > 0)
  const areSums = both.length >= 3 && new Set(both.map(({ parts }) => parts)).size > 1 && both.every(({ plain, parts }) => sum(plain) === parts)
  const left = new Set([
    ...areSums ? both.flatMap(({ plain }) => plain) : [],
    ...all.flatMap(({ total, plain, parts }) => total.length === 1 && parts + sum(plain) > 0 && sum(total) === parts + (areSums ? 0 : sum(plain)) ? total : []),
  ])
  return rows.filter((row) => !left.has(row))
}

function sum(rows: readonly PlainRow[]): number {
  return rows.reduce((total, { channels }) => [...channels.values()].reduce((left, count) => left + count, total), 0)
}
