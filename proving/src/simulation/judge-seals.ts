import { idsOf, type Tables } from './postgres/tables.js'

/** Voting ends at one instant for all ballot boxes of an election: each ends with one seal of that time, and no ballot was cast after it. */
export function judgeSeals({ boxes, elections }: Tables): string[] {
  return [...elections.values()].filter(({ phase }) => phase === 'CLOSED' || phase === 'CERTIFIED').flatMap(({ key, structure }) => {
    const ballotBoxes = [...boxes].filter(([id]) => idsOf(id).election === key && idsOf(id).box < structure.correctionsBox)
    const times = new Set(ballotBoxes.map(([, { entries }]) => entries.at(-1)).map((last) => last?.kind === 'SEAL' ? last.castAt : undefined))
    const [at] = times
    const together = times.size === 1 && at !== undefined ? [] : [`the boxes of election ${key} do not end with seals of one time`]
    return [...together, ...ballotBoxes.flatMap(([id, { entries }]) => {
      const early = entries.filter(({ kind }) => kind === 'SEAL').length > 1 ? [`box ${id} was sealed twice`] : []
      return entries.some(({ castAt }) => castAt > (at ?? 0)) ? [...early, `box ${id} holds a ballot of after its seal`] : early
    })]
  })
}
