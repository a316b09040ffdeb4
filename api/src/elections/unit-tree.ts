import type { Structure, Unit } from '@livetally/core/election'

const containersByStructure = new WeakMap<Structure, Map<string, readonly Unit[]>>()

/** Every unit that holds this one, directly or through others, in the order of the definition. */
export function containersOf(structure: Structure, unit: Unit): readonly Unit[] {
  if (unit.isLeaf) return unit.containers.flatMap((id) => structure.units.get(id) ?? [])
  const known = containersByStructure.get(structure) ?? new Map<string, readonly Unit[]>()
  containersByStructure.set(structure, known)
  const found = known.get(unit.id) ?? findContainers(structure, unit)
  known.set(unit.id, found)
  return found
}

function findContainers(structure: Structure, unit: Unit): readonly Unit[] {
  const holders = new Set<string>()
  const climb = (id: string): void => {
    for (const candidate of structure.units.values()) {
      const isHolder = structure.units.get(id)?.definition.parent === candidate.id || candidate.definition.composedOf?.includes(id) === true
      if (!isHolder || holders.has(candidate.id)) continue
      holders.add(candidate.id)
      climb(candidate.id)
    }
  }
  climb(unit.id)
  return [...structure.units.values()].filter((candidate) => holders.has(candidate.id))
}
