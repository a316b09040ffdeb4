import { foldText, parseId, searchWords, type ReportingUnitKind, type Structure, type Unit } from '@livetally/core/election'
import type { CursorKey } from '../schema/page.js'
import { badInput } from '../server/errors.js'
import { containersOf } from './unit-tree.js'

export interface UnitFilter { search?: string | null, kinds?: readonly ReportingUnitKind[] | null, parentId?: string | null, leavesOnly?: boolean | null }

/** The units that a filter lets through. `parentId` stands for everything that unit holds directly or through others. */
export function filterUnits(key: number, structure: Structure, units: Iterable<Unit>, filter: UnitFilter | null | undefined): Unit[] {
  const words = searchWords(filter?.search ?? '')
  const parent = parentOf(key, structure, filter?.parentId)
  return [...units].filter((unit) =>
    (filter?.leavesOnly !== true || unit.isLeaf)
    && (filter?.kinds === null || filter?.kinds === undefined || filter.kinds.includes(unit.definition.kind))
    && (parent === undefined || containersOf(structure, unit).includes(parent))
    && words.every((word) => foldText(unit.definition.name).includes(word) || foldText(unit.id).includes(word)))
}

function parentOf(key: number, structure: Structure, id: string | null | undefined): Unit | undefined {
  if (id === null || id === undefined) return undefined
  const parsed = parseId(id)
  const unit = parsed?.kind === 'unit' && parsed.key === key ? structure.units.get(parsed.unit) : undefined
  if (unit === undefined) throw badInput('`parentId` names no reporting unit of this election.')
  return unit
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Orders keys by name as people do ("Ward 2" before "Ward 10") or by number; what is not known comes last either way, and ids settle equal values. */
export function compareKeys(isDescending: boolean): (one: CursorKey, other: CursorKey) => number {
  const direction = isDescending ? -1 : 1
  return ([one, oneId], [other, otherId]) => {
    if ((one === null) !== (other === null)) return one === null ? 1 : -1
    const byValue = typeof one === 'number' && typeof other === 'number' ? one - other : collator.compare(String(one), String(other))
    return byValue === 0 ? compareText(oneId, otherId) : direction * byValue
  }
}

function compareText(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1
}
