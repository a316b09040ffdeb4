/** A ring with more parts than this cannot be read. */
export const MOST_SLICES = 5

export interface Slice { key: string, votes: number, members: string[] }

/**
 * At most five slices: the greatest options by themselves, in the order given (ballot order), the others together as
 * the last one under the key `other`. Options without a vote have no slice.
 */
export function slicesOf(totals: readonly { key: string, votes: number }[]): Slice[] {
  const counted = totals.filter((total) => total.votes > 0)
  const alone = (total: { key: string, votes: number }): Slice => ({ ...total, members: [total.key] })
  if (counted.length <= MOST_SLICES) return counted.map(alone)
  const greatest = new Set([...counted].sort((a, b) => b.votes - a.votes).slice(0, MOST_SLICES - 1).map((total) => total.key))
  const others = counted.filter((total) => !greatest.has(total.key))
  return [
    ...counted.filter((total) => greatest.has(total.key)).map(alone),
    { key: 'other', votes: others.reduce((sum, total) => sum + total.votes, 0), members: others.map((total) => total.key) },
  ]
}
