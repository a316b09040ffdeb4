import type { ResultsFeed, ShownRevision } from '@livetally/api/parts'
import type { BoxEntry } from '@livetally/core/election'
import { countByHand } from './reference-count.js'
import { countsShown, differences } from './shown-counts.js'

interface Options {
  feed: ResultsFeed
  /** The ballot boxes of the election as the ledger holds them now. */
  boxes: () => readonly (readonly BoxEntry[])[]
  /** A restored database may take results back: nothing that was shown before binds what is shown after. */
  wasRestored: () => boolean
  complain: (problem: string) => void
}

/** Every so many revisions all numbers are counted by hand; of the others, the number of ballots. */
const COUNTED_EVERY = 8

/**
 * Somebody who watches the results and believes nothing: revisions and boxes never go back, no total falls, what is final stays
 * as it is, and every revision is the sum of exactly the entries that it names.
 */
export function watch({ feed, boxes, wasRestored, complain }: Options): void {
  let last: ShownRevision | undefined
  let lastTotal = 0
  let seen = 0
  const finals = new Map<number, string>()

  const checkVector = ({ facts }: ShownRevision): void => {
    for (const now of facts.vector) {
      const before = last?.facts.vector.find(({ box }) => box === now.box)
      if (before === undefined) continue
      if (now.generation < before.generation || (now.generation === before.generation && now.nextSeq < before.nextSeq)) {
        complain(`revision ${facts.revision} took box ${now.box} back from ${before.generation}:${before.nextSeq} to ${now.generation}:${now.nextSeq}`)
      }
    }
  }
  const checkNumbers = ({ election: { structure }, at, facts }: ShownRevision): void => {
    const prefixes = boxes().map((entries, box) => entries.slice(0, facts.vector.find((one) => one.box === box)?.nextSeq ?? 0))
    const ballots = prefixes.flat().filter(({ kind }) => kind === 'BALLOT').length
    const total = at.turnout('').ballots
    if (total !== ballots) complain(`revision ${facts.revision} shows ${total} ballots, and names entries that hold ${ballots}`)
    if (total < lastTotal) complain(`revision ${facts.revision} shows ${total} ballots, fewer than the ${lastTotal} before`)
    lastTotal = total
    seen += 1
    if (seen % COUNTED_EVERY !== 0) return
    for (const difference of differences(countByHand(structure.definition, prefixes), countsShown(structure, at))) complain(`revision ${facts.revision}: ${difference}`)
  }
  const checkFinals = ({ at, facts }: ShownRevision): void => {
    const panes = new Map(at.panes('').map(({ start, counts }) => [start, counts] as const))
    for (const [start, text] of finals) if (JSON.stringify(panes.get(start)) !== text) complain(`the pane at ${start} was final with ${text} and became ${JSON.stringify(panes.get(start))} in revision ${facts.revision}`)
    for (const [start, counts] of panes) if (start + 10_000 <= facts.finalUntil) finals.set(start, JSON.stringify(counts))
    if (facts.finalUntil < (last?.facts.finalUntil ?? Number.NEGATIVE_INFINITY)) complain(`what is final went back from ${last?.facts.finalUntil} to ${facts.finalUntil} in revision ${facts.revision}`)
  }
  const look = (): void => {
    const shown = feed.current()
    if (shown.facts.revision === last?.facts.revision) return
    if (wasRestored()) return
    if (shown.facts.revision < (last?.facts.revision ?? 0)) complain(`revision ${shown.facts.revision} was shown after ${last?.facts.revision}`)
    checkVector(shown)
    checkNumbers(shown)
    checkFinals(shown)
    last = shown
  }
  feed.onChange(look)
  look()
}
