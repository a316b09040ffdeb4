import type { Ledger } from './ballots.js'
import type { ObservedRevision } from './observer/observation.js'
import type { Telling } from './equations/tellings.js'

/** What the receipt of one ballot answers to anybody who has its tracker. */
export interface ObservedReceipt {
  readonly ballot: number
  /** Every field that names a revision; null where it does not yet. */
  readonly revisions: Readonly<Record<string, number | null>>
  readonly castAt: number
}

export interface ReceiptsReport {
  readonly asked: number
  /** Receipts with which a ballot's choices are among those of fewer ballots than the release size. */
  readonly narrow: number
  /** Receipts of secret ballots that tell more than the minute. */
  readonly exact: number
  /** Receipts that name a revision which is neither that of the turnout nor that of the choices. */
  readonly unexplained: number
}

const MINUTE_MS = 60_000

/** How far each receipt narrows its ballot down: to those of its row whose choices first came with the revision that it names. */
export function judgeReceipts(receipts: readonly ObservedReceipt[], { ballots }: Ledger, telling: Telling, everyBallot: Telling, revisions: readonly ObservedRevision[], size: number): ReceiptsReport {
  const firstHolding = createFirstHolding(revisions)
  const together = new Map<string, number>()
  const firstOf = (ballot: number, { by }: Telling): number | undefined => firstHolding(ballots[ballot]?.box ?? -1, by[ballot] ?? 0)
  const keyOf = (ballot: number): string => `${telling.rowOf(ballot)} ${firstOf(ballot, telling) ?? ''}`
  ballots.forEach((_, ballot) => together.set(keyOf(ballot), (together.get(keyOf(ballot)) ?? 0) + 1))
  const isSecret = telling !== everyBallot
  let [narrow, exact, unexplained] = [0, 0, 0]
  for (const { ballot, revisions: named, castAt } of receipts) {
    const released = firstOf(ballot, telling)
    const told = Object.values(named).filter((revision) => revision !== null)
    if (told.some((revision) => revision !== released && revision !== firstOf(ballot, everyBallot))) unexplained += 1
    if (told.some((revision) => revision === released) && (together.get(keyOf(ballot)) ?? 0) < size) narrow += 1
    if (isSecret && castAt % MINUTE_MS !== 0) exact += 1
  }
  return { asked: receipts.length, narrow, exact, unexplained }
}

/** The first revision that counts so many entries of a box. */
function createFirstHolding(revisions: readonly ObservedRevision[]): (box: number, entries: number) => number | undefined {
  const known = new Map<number, { revision: number, reached: number }[]>()
  for (const { revision, vector } of revisions) {
    for (const [box, reached] of vector) {
      const steps = known.get(box) ?? []
      known.set(box, steps)
      if (reached > (steps.at(-1)?.reached ?? 0)) steps.push({ revision, reached })
    }
  }
  return (box, entries) => {
    const steps = known.get(box) ?? []
    let [low, high] = [0, steps.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((steps[middle]?.reached ?? 0) >= entries) high = middle
      else low = middle + 1
    }
    return steps[low]?.revision
  }
}
