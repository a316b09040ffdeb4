/** Rows that are not counted, and why. */
export interface SetAside {
  why: string
  rows: number
  /** The plain sum of their numbers. */
  votes: number
  /** The first of their lines. */
  lines: number[]
}

export interface SetAsideBook {
  note(why: string, line: number, votes: number): void
  readonly all: readonly SetAside[]
}

const MOST_LINES = 10

export function createSetAsideBook(): SetAsideBook {
  const byReason = new Map<string, SetAside>()
  return {
    note: (why, line, votes) => {
      const entry = byReason.get(why) ?? { why, rows: 0, votes: 0, lines: [] }
      entry.rows += 1
      entry.votes += votes
      if (entry.lines.length < MOST_LINES) entry.lines.push(line)
      byReason.set(why, entry)
    },
    get all() { return [...byReason.values()] },
  }
}
