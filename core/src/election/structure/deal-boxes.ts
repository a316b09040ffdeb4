/** A leaf as boxes are dealt: `family` is shared by leaves that must lie in one box. */
export interface DealtLeaf { readonly id: string, readonly family: string }

/**
 * Which box each leaf belongs to. Leaves of one family share a box, for what is gathered or shown together is so within one box
 * (docs/decisions/boxes-by-family.md). Families go, the largest first, to the box that has the fewest leaves yet; so the same definition always gives the same boxes.
 */
export function dealBoxes(leaves: readonly DealtLeaf[], boxCount: number): ReadonlyMap<string, number> {
  const families = new Map<string, string[]>()
  for (const { id, family } of leaves) {
    const known = families.get(family)
    if (known === undefined) families.set(family, [id])
    else known.push(id)
  }
  const filled = Array.from({ length: boxCount }, () => 0)
  const boxes = new Map<string, number>()
  // Sorting keeps the order of the definition among families of one size.
  for (const family of [...families.values()].toSorted((one, other) => other.length - one.length)) {
    const box = filled.indexOf(Math.min(...filled))
    filled[box] = (filled[box] ?? 0) + family.length
    for (const id of family) boxes.set(id, box)
  }
  return boxes
}
