import type { BallotEntry, SealEntry } from '../ballot.js'
import type { ElectionDefinitionInput } from '../definition/definition.js'
import { checkDefinition } from '../definition/check-definition.js'
import { compileStructure, type Structure } from '../structure/structure.js'

/** A small town with secret ballots, for tests: three places in one ward, one alone in the other, and one contest between plum and fig. One ballot box. */
export function jamTown(changes: Partial<ElectionDefinitionInput> = {}): Structure {
  const checked = checkDefinition({
    slug: 'jam', name: 'The jam of the town', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', boxes: 1,
    attributes: [{ id: 'age', name: 'Age', values: [{ id: 'young', name: 'Young' }, { id: 'old', name: 'Old' }] }],
    reportingUnits: [
      { id: 'town', name: 'Town', kind: 'CITY' },
      { id: 'harbour', name: 'Harbour', kind: 'WARD', parent: 'town' },
      { id: 'hill', name: 'Hill', kind: 'WARD', parent: 'town' },
      ...['quay', 'pier', 'dock'].map((id) => ({ id, name: id, kind: 'PRECINCT' as const, parent: 'harbour' })),
      { id: 'mill', name: 'mill', kind: 'PRECINCT', parent: 'hill' },
    ],
    contests: [{ id: 'jam', title: 'Jam of the year', reportingUnit: 'town', options: [{ id: 'plum', name: 'Plum' }, { id: 'fig', name: 'Fig' }] }],
    ...changes,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return compileStructure(checked.definition)
}

const NOON = Date.parse('2031-05-04T12:00:00Z')
const OPTIONS: Readonly<Record<string, string[]>> = { p: ['plum'], f: ['fig'], '-': [] }

/** One ballot for each letter: `p` plum, `f` fig, `-` blank. Each is a ledger transaction of its own. */
export function jamVotes(unit: string, marks: string, from = 0): BallotEntry[] {
  return [...marks].map((mark, at) => ({ kind: 'BALLOT', seq: from + at, castAt: NOON, commitment: '', chain: '', unit, channel: 'ONLINE', attributes: {}, selections: { jam: OPTIONS[mark] ?? [] } }))
}

/** The seal behind these entries. */
export function sealOf(entries: readonly BallotEntry[]): SealEntry {
  return { kind: 'SEAL', seq: entries.length, castAt: Math.max(NOON, ...entries.map(({ castAt }) => castAt)), commitment: '', chain: '' }
}
