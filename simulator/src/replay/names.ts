/** An id made of a name: `us-house` of `U.S. House`. Of at most 40 characters, so that several fit into 64. */
export function idOf(name: string): string {
  const id = name.normalize('NFKD').replace(/[\u0300-\u036f.'’]/g, '').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '').toLowerCase()
  return id.slice(0, 40).replace(/-+$/, '') || 'unnamed'
}

export interface Ids { of(key: string, wish: string): string }

/** Gives every key an id of its own, in the order of asking: as wished, or with a number where that is taken. */
export function createIds(): Ids {
  const byKey = new Map<string, string>()
  const taken = new Set<string>()
  return {
    of: (key, wish) => {
      const known = byKey.get(key)
      if (known !== undefined) return known
      let id = wish
      for (let twin = 2; taken.has(id); twin += 1) id = `${wish}-${twin}`
      taken.add(id)
      byKey.set(key, id)
      return id
    },
  }
}

/** True for the row that sums votes for names written in by voters. */
export function isWriteIn(candidate: string): boolean {
  return /^write[- ]?ins?\b/i.test(candidate)
}

/** Some files end a candidate's name with the party: `BRENDAN F BOYLE DEM`. */
export function withoutParty(candidate: string, party: string | null): string {
  return party !== null && candidate.endsWith(` ${party}`) ? candidate.slice(0, -party.length - 1) : candidate
}
