/** A cell of a number: nothing where it is empty or `NA`, and its text where it is no whole number of 0 or more. */
export type Cell = number | null | string

export function readCell(text: string | undefined): Cell {
  if (text === undefined || isNone(text)) return null
  const plain = /^\d{1,3}(,\d{3})+$/.test(text) ? text.replaceAll(',', '') : text
  const value = Number(plain)
  return /^\d+(\.0+)?$/.test(plain) && Number.isSafeInteger(value) ? value : text
}

/** Files write "none" as nothing, `NA`, `N/A`, `NULL` or a dash. */
export function isNone(text: string): boolean {
  return ['', 'NA', 'N/A', 'NULL', '-', '--'].includes(text.trim().toUpperCase())
}

/** What the numbers of a row say: votes by column of a channel, and those of which no channel is told. */
export type Settled =
  | { type: 'VOTES', known: readonly number[], unknown: number }
  /** Not a number in the row: a precinct that does not vote on it. */
  | { type: 'NOTHING' }
  | { type: 'UNREADABLE', name: string, text: string }
  /** More votes by channel than in all. */
  | { type: 'CONTRADICTION', sum: number, votes: number }

/** `names`: of the votes column and of each channel's, for complaints. */
export function settleCells(votes: Cell, channels: readonly Cell[], names: { votes: string, channels: readonly string[] }, trust?: 'votes' | 'channels'): Settled {
  if (typeof votes === 'string') return { type: 'UNREADABLE', name: names.votes, text: votes }
  const bad = channels.findIndex((cell) => typeof cell === 'string')
  if (bad >= 0) return { type: 'UNREADABLE', name: names.channels[bad] ?? '', text: String(channels[bad]) }
  const known = channels.map((cell) => typeof cell === 'number' ? cell : 0)
  const sum = known.reduce((total, count) => total + count, 0)
  if (votes === null) return channels.every((cell) => cell === null) ? { type: 'NOTHING' } : { type: 'VOTES', known, unknown: 0 }
  if (sum <= votes) return { type: 'VOTES', known, unknown: votes - sum }
  switch (trust) {
    case undefined: return { type: 'CONTRADICTION', sum, votes }
    case 'votes': return { type: 'VOTES', known: known.map(() => 0), unknown: votes }
    case 'channels': return { type: 'VOTES', known, unknown: 0 }
    default: return trust satisfies never
  }
}
