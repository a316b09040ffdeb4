import type { Layout, Structure } from '@livetally/core/election'
import type { ScopeName } from '../equations/scopes.js'
import type { Observation, ObservedRevision, TellsCounts } from './observation.js'

type Row = readonly [view: string, key: string, counts: readonly number[]]

/** A record of topic `results`, as its documentation says. Views are not taken for granted: what should not be there is looked for. */
export interface RevisionPart {
  readonly revision: number
  readonly isFull: boolean
  readonly vector: readonly { readonly box: number, readonly nextSeq: number }[]
  readonly rows: readonly Row[]
  readonly part: number
  readonly parts: number
}

const PANE_MS = 10_000
const OTHER = '_other'
/** Views that say nothing of choices, or what clerks have said in public. */
const HARMLESS = new Set(['eligible', 'electorate', 'correction', 'joined'])

export interface ReadRevisions { readonly revisions: readonly ObservedRevision[], readonly observations: readonly Observation[], readonly shownWith: ReadonlyMap<string, string>, readonly leaks: readonly string[] }

/** Every number of choices in every revision. */
export function readRevisions(structure: Structure, records: readonly RevisionPart[]): ReadRevisions {
  const known = new Map<string, readonly number[]>()
  const revisions: ObservedRevision[] = []
  const observations: Observation[] = []
  const leaks = new Set<string>()
  for (const { revision, isFull, vector, rows } of assemble(records)) {
    const frontier = new Map<string, readonly number[]>()
    const changed = isFull ? withVanished(rows, known) : rows
    for (const [view, key, counts] of changed) known.set(`${view}:${key}`, counts)
    for (const row of changed) {
      const [view, key, counts] = row
      if (view === 'frontier') frontier.set(key, counts)
      else if (!HARMLESS.has(view)) {
        const told = tell(structure, row, known)
        if (told === undefined) leaks.add(view)
        else if (counts.length > 1) observations.push({ path: 'topic results', revision, what: `${view} ${key}`, ...told })
      }
    }
    revisions.push({ revision, vector: new Map(vector.map(({ box, nextSeq }) => [box, nextSeq])), frontier })
  }
  const shownWith = new Map([...known].flatMap(([id, [target = 0]]): [string, string][] => {
    const leaf = id.startsWith('joined:') ? structure.leaves[target - 1] : undefined
    return leaf === undefined ? [] : [[id.slice('joined:'.length), leaf.id]]
  }))
  return { revisions, observations, shownWith, leaks: [...leaks] }
}

/** Each revision once, ascending, its parts together. A publisher that takes over sends some again. */
function assemble(records: readonly RevisionPart[]): RevisionPart[] {
  const byRevision = new Map<number, Map<number, RevisionPart>>()
  for (const record of records) {
    const parts = byRevision.get(record.revision) ?? new Map<number, RevisionPart>()
    byRevision.set(record.revision, parts.set(record.part, record))
  }
  return [...byRevision.values()].flatMap((parts) => {
    const [first] = parts.values()
    return first === undefined || parts.size < first.parts ? [] : [{ ...first, rows: [...parts.values()].flatMap(({ rows }) => rows) }]
  }).sort((one, other) => one.revision - other.revision)
}

function withVanished(rows: readonly Row[], known: ReadonlyMap<string, readonly number[]>): Row[] {
  const named = new Set(rows.map(([view, key]) => `${view}:${key}`))
  return [...rows, ...[...known].flatMap(([id, counts]): Row[] => {
    if (named.has(id) || counts.every((count) => count === 0)) return []
    const colon = id.indexOf(':')
    return [[id.slice(0, colon), id.slice(colon + 1), counts.map(() => 0)]]
  })]
}

type Told = Pick<Observation, 'scopes' | 'contests'>

/** What a row is about; undefined for a view that no reader should see. */
function tell(structure: Structure, [view, key, counts]: Row, known: ReadonlyMap<string, readonly number[]>): Told | undefined {
  const [first = '', second = '', third] = key.split('/')
  switch (view) {
    case 'place': {
      const layout = structure.secrecy?.cell(first)?.layout ?? structure.layout(first)
      return { scopes: [{ kind: 'ROW', row: key }, { kind: 'UNIT', unit: first, ...second === '' ? {} : { channel: second } }], contests: slices(layout, counts) }
    }
    case 'breakdown':
    case 'group': return { scopes: [groupScope(view, first, second, known)], contests: slices(structure.layout(''), counts) }
    case 'pane': {
      const start = Number(second)
      return { scopes: [{ kind: 'WINDOW', unit: first, start, end: start + Number(third ?? PANE_MS) }], contests: slices(structure.layout(first), counts) }
    }
    case 'late': return { scopes: [{ kind: 'LATE', unit: key }], contests: slices(structure.layout(key), counts) }
    default: return undefined
  }
}

function groupScope(view: string, names: string, values: string, known: ReadonlyMap<string, readonly number[]>): ScopeName {
  const prefix = `${view}:${names}/`
  if (!isOther(values)) return { kind: 'GROUP', names: names.split(','), groups: [values], isOther: false }
  const named = [...known].flatMap(([id, counts]) => id.startsWith(prefix) && counts.some((count) => count !== 0) && !isOther(id.slice(prefix.length)) ? [id.slice(prefix.length)] : [])
  return { kind: 'GROUP', names: names.split(','), groups: named, isOther: true }
}

export function isOther(values: string): boolean {
  return values.split(',').every((value) => value === OTHER)
}

/** The counts of each contest; a row that ends early has zeros there. */
function slices(layout: Layout, counts: readonly number[]): Map<string, TellsCounts> {
  const whole = Array.from({ length: layout.width }, (_, place) => counts[place] ?? 0)
  return new Map(layout.contests.map(({ id }) => [id, layout.slice(whole, id) ?? []]))
}
