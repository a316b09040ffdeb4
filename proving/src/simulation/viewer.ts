import type { ResultsFeed, ShownRevision } from '@livetally/api/parts'
import type { BoxEntry, Structure } from '@livetally/core/election'
import { judgeStatus, type Seals } from './completeness.js'
import { countByHand, type CountedBox, type Counts } from './reference-count.js'
import { judgeChoices } from './shown-choices.js'
import { countsShown, differences } from './shown-counts.js'

interface Options {
  feed: ResultsFeed
  /** What the ledger now holds of the entries that a vector names. */
  boxes: (vector: ShownRevision['facts']['vector']) => readonly CountedBox[]
  /** Where the ledger's boxes are sealed now. */
  seals: () => Seals
  /** No announcement was lost, no worker has died or frozen before it made one, and no publisher that had been superseded was by a restored backup the owner again: then not even a restored database gives a number again that was shown. */
  isNumberedOnce: () => boolean
  /** Every revision is counted by hand, not one in some. */
  isCountedAlways: boolean
  /** A restored database may take results back: nothing that was shown before binds what is shown after. */
  wasRestored: () => boolean
  complain: (problem: string) => void
}

interface Frontier { readonly seq: number, readonly ballots: number }

/** Every so many revisions all numbers are counted by hand; of the others, the number of ballots. */
const COUNTED_EVERY = 8

/**
 * Somebody who watches the results and believes nothing: revisions and boxes never go back, no total falls, what is final stays
 * as it is, every revision is the sum of exactly the entries that it names, says of itself what is true, and shows no choice too early.
 */
export function watch({ feed, boxes, seals, isNumberedOnce, isCountedAlways, wasRestored, complain }: Options): void {
  let last: ShownRevision | undefined
  let frontiers: ReadonlyMap<string, Frontier> = new Map()
  let lastTotal = 0
  let seen = 0
  let lastCorrections = 0
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
  /** Of boxes that were not counted anew. */
  const checkFrontiers = ({ at, facts }: ShownRevision): void => {
    const now = new Map<string, Frontier>(at.frontier())
    const isSame = (box: number): boolean => facts.vector.find((one) => one.box === box)?.generation === last?.facts.vector.find((one) => one.box === box)?.generation
    for (const [cell, { seq, ballots }] of frontiers) {
      const next = now.get(cell) ?? { seq: 0, ballots: 0 }
      if (isSame(Number.parseInt(cell, 10)) && (next.seq < seq || next.ballots < ballots)) complain(`revision ${facts.revision} took the cell ${cell} back from ${ballots} ballots below ${seq} to ${next.ballots} below ${next.seq}`)
    }
    frontiers = now
  }
  const checkNumbers = ({ election: { structure }, at, facts }: ShownRevision): void => {
    const prefixes = boxes(facts.vector)
    for (const problem of judgeChoices(structure, prefixes, at)) complain(`revision ${facts.revision}: ${problem}`)
    const ballots = prefixes.flatMap(({ entries }) => entries).reduce((sum, entry) => sum + ballotsOf(entry), 0)
    const total = at.turnout('').ballots
    if (total !== ballots) complain(`revision ${facts.revision} shows ${total} ballots, and names entries that hold ${ballots}`)
    if (total < lastTotal && corrections(facts) === lastCorrections) complain(`revision ${facts.revision} shows ${total} ballots, fewer than the ${lastTotal} before`)
    lastTotal = total
    lastCorrections = corrections(facts)
    seen += 1
    if (!isCountedAlways && seen % COUNTED_EVERY !== 0) return
    const shown = countsShown(structure, at)
    const differing = (arePlacesShown: boolean): string[] => differences(withoutHidden(countByHand(structure.definition, prefixes, arePlacesShown), shown, structure), shown)
    const found = differing(true)
    for (const difference of found.length > 0 && differing(false).length > 0 ? found : []) complain(`revision ${facts.revision}: ${difference}`)
  }
  const checkFinals = ({ at, facts }: ShownRevision): void => {
    const panes = new Map(at.panes('').map(({ start, sizeMs, counts }) => [start, { until: start + sizeMs, counts }] as const))
    // A new generation may have rolled them up.
    if (facts.vector.some(({ box, generation }) => last?.facts.vector.some((known) => known.box === box && known.generation !== generation))) finals.clear()
    for (const [start, text] of finals) if (JSON.stringify(panes.get(start)?.counts) !== text) complain(`the pane at ${start} was final with ${text} and became ${JSON.stringify(panes.get(start)?.counts)} in revision ${facts.revision}`)
    for (const [start, { until, counts }] of panes) if (until <= facts.finalUntil) finals.set(start, JSON.stringify(counts))
    if (facts.finalUntil < (last?.facts.finalUntil ?? Number.NEGATIVE_INFINITY)) complain(`what is final went back from ${last?.facts.finalUntil} to ${facts.finalUntil} in revision ${facts.revision}`)
  }
  const look = (): void => {
    const shown = feed.current()
    if (shown.facts.revision === last?.facts.revision && shown.facts.publishedAt === last.facts.publishedAt) return
    if (isNumberedOnce() && shown.facts.revision <= (last?.facts.revision ?? -1)) complain(`revision ${shown.facts.revision} was shown after ${last?.facts.revision}`)
    if (wasRestored()) last = shown
    if (wasRestored()) return
    if (shown.facts.revision < (last?.facts.revision ?? 0)) complain(`revision ${shown.facts.revision} was shown after ${last?.facts.revision}`)
    for (const problem of judgeStatus(shown.facts, last?.facts, seals())) complain(`revision ${shown.facts.revision}: ${problem}`)
    checkVector(shown)
    checkFrontiers(shown)
    checkNumbers(shown)
    checkFinals(shown)
    last = shown
  }
  feed.onChange(look)
  look()
}

const corrections = ({ vector }: ShownRevision['facts']): number => vector.toSorted((one, other) => other.box - one.box)[0]?.nextSeq ?? 0

function ballotsOf(entry: BoxEntry): number {
  if (entry.kind !== 'CORRECTION') return entry.kind === 'BALLOT' ? 1 : 0
  return entry.correction.changes.reduce((sum, change) => change.count === 'BALLOTS' && change.contest === undefined ? sum + change.new - change.old : sum, 0)
}

/** A breakdown is shown as a whole or not at all: while some boxes do not count it yet, it is not. */
function withoutHidden(expected: Counts, shown: Counts, { breakdowns }: Structure): Counts {
  const hidden = breakdowns.map((names) => `breakdown ${names.join(',')} `).filter((prefix) => !Object.keys(shown).some((name) => name.startsWith(prefix)))
  return Object.fromEntries(Object.entries(expected).filter(([name]) => !hidden.some((prefix) => name.startsWith(prefix))))
}
