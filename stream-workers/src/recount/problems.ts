/** Sentences about what is wrong, the first ones of them: a ledger that is wrong throughout must not fill the memory or the screen. */
export interface Problems {
  add(sentence: string): void
  /** What was noted; where more was found, the last sentence says how much. */
  readonly all: string[]
  readonly isEmpty: boolean
}

export function createProblems(limit = 20): Problems {
  const noted: string[] = []
  let found = 0
  return {
    add(sentence) {
      found += 1
      if (noted.length < limit) noted.push(sentence)
    },
    get all() { return found > noted.length ? [...noted, `… and ${found - noted.length} more`] : [...noted] },
    get isEmpty() { return found === 0 },
  }
}
