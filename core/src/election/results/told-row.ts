import type { TallyRow } from '../counting/tally-rows.js'
import { BALLOTS } from '../structure/layout.js'
import type { Structure } from '../structure/structure.js'
import type { ResultRow } from './result-row.js'

/**
 * What may be told of a tally's row while voting goes on: all of it where ballots are open; of groups of voters who cast secret
 * ones their turnout alone, and nothing of what is held back. Undefined: nothing.
 */
export function toldRow({ secrecy }: Pick<Structure, 'secrecy'>, { view, key, counts }: TallyRow): ResultRow | undefined {
  switch (view) {
    case 'held':
    case 'leaf': return undefined
    case 'breakdown': return { view, key, counts: secrecy === undefined ? counts : counts.slice(BALLOTS, BALLOTS + 1) }
    case 'place':
    case 'pane':
    case 'late':
    case 'correction':
    case 'frontier': return { view, key, counts }
    default: return view satisfies never
  }
}

export function toldRows(structure: Pick<Structure, 'secrecy'>, rows: Iterable<TallyRow>): ResultRow[] {
  return [...rows].flatMap((row) => toldRow(structure, row) ?? [])
}
