import type { AttributeValues } from '../ballot.js'
import type { ResultRow } from '../results/result-row.js'
import { UNIT_GROUP, type Structure } from '../structure/structure.js'
import { UNKNOWN_VALUE } from './tally.js'

/** Registered voters of one polling place who are alike in all that is known of them. */
export interface VoterGroup { readonly unit: string, readonly attributes: AttributeValues, readonly voters: number }

/**
 * The electorate by the same groups as the breakdowns: a fold over the roll in the order of its numbers, from 0 or from what
 * was published. Rows of view `electorate`:
 *
 * | key | counts |
 * |---|---|
 * | `/` | voters, and the number that comes next: how far the roll is counted |
 * | names (joined by `,`) `/` | voters: this breakdown is counted, for all of them |
 * | names / values (joined by `,`) | voters of this group |
 */
export interface Electorate {
  readonly nextNumber: number
  /** Names of the breakdowns that are counted. */
  readonly views: readonly string[]
  /** Adds the voters numbered `nextNumber` … `next` − 1. */
  add(groups: Iterable<VoterGroup>, next: number): void
  rows(): ResultRow[]
}

/** Key of the row that says how far the roll is counted. */
const WHOLE = '/'

/** Without published rows everything that the structure breaks down is counted from the beginning; with them, what they hold. */
export function createElectorate(structure: Structure, published: readonly ResultRow[] = []): Electorate {
  const rows = published.filter(({ counts }) => counts[0] !== 0)
  const [stored = 0, storedNext = 0] = rows.find(({ key }) => key === WHOLE)?.counts ?? []
  const isNew = storedNext === 0
  const views = isNew ? structure.breakdowns.map((names) => names.join(',')) : rows.filter(({ key }) => key !== WHOLE && key.endsWith('/')).map(({ key }) => key.slice(0, -1))
  const counts = new Map(views.map((view) => [view, new Map<string, number>()]))
  for (const { key, counts: [voters = 0] } of rows) {
    const [view = '', values = ''] = key.split('/')
    if (values !== '') counts.get(view)?.set(values, voters)
  }
  let voters = stored
  let nextNumber = storedNext

  return {
    get nextNumber() { return nextNumber },
    views,
    add(groups, next) {
      for (const { unit, attributes, voters: more } of groups) {
        voters += more
        for (const [view, known] of counts) {
          const values = view.split(',').map((name) => valueOf(structure, name, unit, attributes)).join(',')
          known.set(values, (known.get(values) ?? 0) + more)
        }
      }
      nextNumber = next
    },
    rows() {
      if (voters === 0) return []
      return [
        { view: 'electorate', key: WHOLE, counts: [voters, nextNumber] },
        ...[...counts].flatMap(([view, known]): ResultRow[] => [
          { view: 'electorate', key: `${view}/`, counts: [voters] },
          ...[...known].map(([values, count]): ResultRow => ({ view: 'electorate', key: `${view}/${values}`, counts: [count] })),
        ]),
      ]
    },
  }
}

function valueOf(structure: Structure, name: string, unit: string, attributes: AttributeValues): string {
  return (name.startsWith(UNIT_GROUP) ? structure.groupOf(unit, name) : attributes[name]) ?? UNKNOWN_VALUE
}
