import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { decideCorrection, isCompleteStatus, type Correction, type CorrectionEntry, type CountChange, type DefinitionProblem, type Election, type ElectionPhase } from '@livetally/core/election'
import type { CorrectionLedger, VectorEntry } from '@livetally/core/store'
import type { KnownElection } from '@livetally/core/voting'
import type { LiveResults } from '../live/live-results.js'
import type { ResultsFeed } from '../live/results-feed.js'
import { unavailable } from '../server/errors.js'

/** What a clerk is told. */
export type CorrectionOutcome =
  | { kind: 'CORRECTED', entry: CorrectionEntry, repeated: boolean }
  | { kind: 'INVALID', problems: DefinitionProblem[] }
  | { kind: 'OUTDATED', changes: { change: CountChange, now: number }[] }
  | { kind: 'CONFLICT' }
  | { kind: 'WRONG_PHASE', phase: ElectionPhase }

export interface CorrectionDesk {
  /** Throws UNAVAILABLE where an earlier correction has not reached the published results for 5 s: the same request, sent again, will tell. */
  correct(known: KnownElection, idempotencyKey: string, correction: Correction): Promise<CorrectionOutcome>
  /** The last corrections that a revision contains, the newest first. */
  contained(election: Election, vector: readonly VectorEntry[]): Promise<readonly CorrectionEntry[]>
}

/** Monotonic ms, and a pause that ends early when the signal aborts. */
interface WaitingClock { now(): number, delay(ms: number, signal: AbortSignal): Promise<void> }

const systemClock: WaitingClock = {
  now: () => performance.now(),
  delay: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
}

interface Dependencies { ledger: CorrectionLedger, live: Pick<LiveResults, 'feed'>, waitMs?: number, clock?: WaitingClock }

export const MOST_SHOWN = 200
const MOST_REMEMBERED = 100

/** Takes corrections of published counts, one after the other: what each says a count was is compared with results that contain all before it. */
export function createCorrectionDesk({ ledger, live, waitMs = 5_000, clock = systemClock }: Dependencies): CorrectionDesk {
  const remembered = new Map<string, Promise<readonly CorrectionEntry[]>>()

  const repeatOf = async (tracker: string, correction: Correction): Promise<CorrectionOutcome | undefined> => {
    const entry = await ledger.find(tracker)
    if (entry === undefined) return undefined
    return JSON.stringify(entry.correction) === JSON.stringify(correction) ? { kind: 'CORRECTED', entry, repeated: true } : { kind: 'CONFLICT' }
  }
  /** Undefined: another correction came first. */
  const attempt = async ({ election }: KnownElection, feed: ResultsFeed, tracker: string, correction: Correction): Promise<CorrectionOutcome | undefined> => {
    const { at, facts } = feed.current()
    const decision = decideCorrection(election.structure, { turnout: at.turnout, contest: at.contest, shownWith: at.shownWith, isAllCounted: isCompleteStatus(facts.status) }, correction)
    if (decision.kind !== 'FITS') return decision
    const answer = await ledger.append(election.key, countedCorrections(election, facts.vector), tracker, correction)
    switch (answer.verdict) {
      case 'APPENDED':
      case 'REPEATED': return { kind: 'CORRECTED', entry: { kind: 'CORRECTION', seq: answer.seq, castAt: answer.castAt, commitment: '', correction }, repeated: answer.verdict === 'REPEATED' }
      case 'CONFLICT': return { kind: 'CONFLICT' }
      case 'WRONG_PHASE': return { kind: 'WRONG_PHASE', phase: answer.phase }
      case 'UNSEEN': return undefined
      default: return answer satisfies never
    }
  }

  return {
    async correct(known, idempotencyKey, correction) {
      const { election } = known
      const tracker = trackerOf(election.key, correction.by, idempotencyKey)
      const repeat = await repeatOf(tracker, correction)
      if (repeat !== undefined) return repeat
      if (!CORRECTABLE.includes(election.phase)) return { kind: 'WRONG_PHASE', phase: election.phase }
      const feed = await live.feed(known)
      const deadline = clock.now() + waitMs
      for (;;) {
        const made = await ledger.nextSeq(election.key, election.structure.correctionsBox)
        if (!(await reaches(clock, feed, () => countedCorrections(election, feed.current().facts.vector) >= made, deadline - clock.now()))) {
          throw unavailable('An earlier correction is not in the published results yet. Try again with the same idempotency key.')
        }
        if (countedCorrections(election, feed.current().facts.vector) > made) throw unavailable('The ledger holds fewer corrections than the published results: it was restored from a backup. Try again once the results say what it holds.')
        const outcome = await attempt(known, feed, tracker, correction)
        if (outcome !== undefined) return outcome
      }
    },
    async contained(election, vector) {
      const entry = vector.find(({ box }) => box === election.structure.correctionsBox)
      if (entry === undefined || entry.nextSeq === 0) return []
      // A box that was refolded from a restored ledger may hold other corrections under the same numbers.
      const key = [election.key, entry.generation, entry.nextSeq].join('/')
      const known = remembered.get(key)
      if (known !== undefined) return known
      const reading = ledger.newest(election.key, entry.box, entry.nextSeq, MOST_SHOWN)
      const [oldest] = remembered.keys()
      if (remembered.size >= MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
      remembered.set(key, reading)
      reading.catch(() => { remembered.delete(key) })
      return reading
    },
  }
}

const CORRECTABLE: readonly ElectionPhase[] = ['OPEN', 'PAUSED', 'CLOSED']

function countedCorrections({ structure }: Election, vector: readonly VectorEntry[]): number {
  return vector.find(({ box }) => box === structure.correctionsBox)?.nextSeq ?? 0
}

/** The request as the ledger knows it: a UUID (version 8) made of the election, the clerk and the clerk's key. */
function trackerOf(election: number, by: string, idempotencyKey: string): string {
  const hex = createHash('sha256').update(JSON.stringify(['livetally correction key', election, by, idempotencyKey])).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Waits for a condition on what a feed shows; false when the time is over. */
async function reaches(clock: WaitingClock, feed: ResultsFeed, isReached: () => boolean, withinMs: number): Promise<boolean> {
  if (isReached()) return true
  if (withinMs <= 0) return false
  const reached = new AbortController()
  const stop = feed.onChange(() => { if (isReached()) reached.abort() })
  try {
    await clock.delay(withinMs, reached.signal)
    return isReached()
  } finally {
    stop()
  }
}
