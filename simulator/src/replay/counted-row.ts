import type { RawRow } from './raw-rows.js'

/** A row whose numbers are clear: votes by the file's columns of channels, and those of no told channel. */
export type CountedRow = Omit<RawRow, 'votes' | 'channels'> & { known: readonly number[], unknown: number }

export function votesOf({ known, unknown }: Pick<CountedRow, 'known' | 'unknown'>): number {
  return known.reduce((sum, count) => sum + count, unknown)
}
