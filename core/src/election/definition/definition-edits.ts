import type { DefinitionProblem, ElectionDefinition } from './definition.js'
import type { ElectionPhase } from '../vocabulary.js'

type Part = 'election' | 'parties' | 'attributes' | 'values' | 'reportingUnits' | 'contests' | 'options'
type Item = Readonly<Record<string, unknown>>

/** Texts, and what is counted beside the ballots: nothing here changes what a ballot means or where it is counted. */
const EDITABLE: Readonly<Record<Part, readonly string[]>> = {
  election: ['name', 'description', 'breakdowns'],
  parties: ['name', 'abbreviation', 'color'],
  attributes: ['name'],
  values: ['name'],
  reportingUnits: ['name', 'eligibleVoters'],
  contests: [],
  options: ['name', 'photoUrl', 'biography', 'campaignPlatform'],
}
const PARTS: ReadonlySet<string> = new Set(Object.keys(EDITABLE))
const INSTANTS: readonly string[] = ['opensAt', 'closesAt', 'castFrom']

/**
 * What of an edit cannot be made any more. A draft may be rewritten but for its slug, with which voters' references are made,
 * and, once voters are registered, for the units and attributes that the roll names. From publication on texts, eligible
 * voters and breakdowns may be edited.
 */
export function findFixedEdits(before: ElectionDefinition, after: ElectionDefinition, { phase, hasVoters }: { phase: ElectionPhase, hasVoters: boolean }): DefinitionProblem[] {
  if (phase !== 'DRAFT') return compareItem('', 'election', before, after, 'can be edited only while the election is a draft')
  const slug: DefinitionProblem[] = before.slug === after.slug ? [] : [{ path: 'slug', message: 'cannot be changed: references to voters are made with it' }]
  if (!hasVoters) return slug
  const why = 'cannot be changed any more: voters are registered'
  return [...slug, ...compareList('reportingUnits', 'reportingUnits', before.reportingUnits, after.reportingUnits, why), ...compareList('attributes', 'attributes', before.attributes, after.attributes, why)]
}

function compareItem(path: string, part: Part, before: Item, after: Item, why: string): DefinitionProblem[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !EDITABLE[part].includes(key))
  return keys.flatMap((key) => {
    const [one, other] = [before[key], after[key]]
    const inner = path === '' ? key : `${path}.${key}`
    if (isPart(key) && isList(one) && isList(other)) return compareList(inner, key, one, other, why)
    return isEqual(key, one, other) ? [] : [{ path: inner, message: why }]
  })
}

function compareList(path: string, part: Part, before: readonly Item[], after: readonly Item[], why: string): DefinitionProblem[] {
  const isSame = before.length === after.length && before.every((item, at) => item['id'] === after[at]?.['id'])
  if (!isSame) return [{ path, message: `${why}: nothing can be added, removed or moved` }]
  return before.flatMap((item, at) => compareItem(`${path}[${at}]`, part, item, after[at] ?? {}, why))
}

function isPart(key: string): key is Part {
  return PARTS.has(key)
}

function isList(value: unknown): value is readonly Item[] {
  return Array.isArray(value)
}

/** `2026-11-03T07:00:00Z` and `2026-11-03T07:00:00.000Z` are one instant. */
function isEqual(key: string, one: unknown, other: unknown): boolean {
  if (INSTANTS.includes(key)) return Date.parse(String(one)) === Date.parse(String(other))
  return JSON.stringify(one) === JSON.stringify(other)
}
