import type { BallotEntry, CorrectionEntry } from '../ballot.js'
import { methodOf } from '../methods/index.js'
import { BALLOTS, contestWidth, FIRST_OPTION, OVERVOTES, UNDERVOTES, type Layout } from '../structure/layout.js'
import { VOTE_CHANNELS } from '../vocabulary.js'

/** Places of a leaf's layout and what one entry adds to each. */
export interface Additions { readonly places: number[], readonly amounts: number[] }

/** What one ballot adds. Undefined if it names a contest or an option that the layout does not know. */
export function additionsOfBallot(layout: Layout, { selections }: BallotEntry): Additions | undefined {
  const places = [BALLOTS]
  const amounts = [1]
  const put = (place: number, amount: number): void => {
    places.push(place)
    amounts.push(amount)
  }
  let named = 0
  let offset = 1
  for (const contest of layout.contests) {
    const marks = selections[contest.id]
    if (marks !== undefined) named += 1
    if (!methodOf(contest).addMarks(contest, marks, offset, put)) return undefined
    offset += contestWidth(contest)
  }
  return named === Object.keys(selections).length ? { places, amounts } : undefined
}

/** A correction adds the difference between what a count is and what it was. Undefined if it names what the layout does not know. */
export function additionsOfCorrection(layout: Layout, { correction }: CorrectionEntry): Additions | undefined {
  const places: number[] = []
  const amounts: number[] = []
  if (!VOTE_CHANNELS.includes(correction.channel)) return undefined
  for (const change of correction.changes) {
    const place = placeOfChange(layout, change)
    if (place === undefined) return undefined
    places.push(place)
    amounts.push(change.new - change.old)
  }
  return { places, amounts }
}

function placeOfChange(layout: Layout, change: CorrectionEntry['correction']['changes'][number]): number | undefined {
  if (change.contest === undefined) return BALLOTS
  const offset = layout.offsetOf(change.contest)
  if (offset === undefined) return undefined
  switch (change.count) {
    case 'BALLOTS': return offset + BALLOTS
    case 'UNDERVOTES': return offset + UNDERVOTES
    case 'OVERVOTES': return offset + OVERVOTES
    case 'VOTES': {
      const index = layout.contests.find(({ id }) => id === change.contest)?.optionIndex.get(change.option)
      return index === undefined ? undefined : offset + FIRST_OPTION + index
    }
    default: return change satisfies never
  }
}
