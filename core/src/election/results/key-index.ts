/** Keys by what they begin with. */
export interface KeyIndex {
  add(group: string, member: string): void
  of(group: string): string[]
}

/** Members in the order in which they were first seen. */
export function createKeyIndex(): KeyIndex {
  const groups = new Map<string, Set<string>>()
  return {
    add(group, member) {
      const members = groups.get(group)
      if (members === undefined) groups.set(group, new Set([member]))
      else members.add(member)
    },
    of: (group) => [...groups.get(group) ?? []],
  }
}
