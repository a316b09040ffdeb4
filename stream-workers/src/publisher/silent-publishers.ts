import type { PublisherBeat, PublisherProcessStore } from '@livetally/core/store'
import type { Clock } from '../pace.js'

/** One that has given no sign of life for half of the time that it is granted, or (`isSilent`) all of it. */
export interface QuietPublisher { readonly owner: string, readonly isSilent: boolean }

export interface SilentPublishers {
  /** A sign of life of our own, and a look at the others. Call it `LOOKS` times in the time that is granted at first. */
  look(): Promise<QuietPublisher[]>
}

/** Looks in the time that a silent process is granted. */
export const LOOKS = 4

/** A process that was only slow is granted twice the time from then on, up to so many times as much as at first. */
const MOST_PATIENCE = 16
/** After so many times the time granted at first a silent process is forgotten: whoever is to have its elections has them by then. */
const FORGOTTEN_AFTER = 60

interface Watched { beat: number, since: number, patienceMs: number, isSilent: boolean }

/**
 * Finds publishers that fell silent, each on this process' own monotonic clock. A look that came late, because this process
 * was frozen or Postgres away, says nothing about anybody else: then all are watched from the beginning.
 */
export function createSilentPublishers({ store, clock, owner, silentMs }: { store: Pick<PublisherProcessStore, 'beat' | 'forget'>, clock: Pick<Clock, 'now'>, owner: string, silentMs: number }): SilentPublishers {
  const watched = new Map<string, Watched>()
  let lookedAt = Number.NEGATIVE_INFINITY

  const judge = ({ owner: other, beat }: PublisherBeat, isLate: boolean): QuietPublisher | undefined => {
    const now = clock.now()
    const known = watched.get(other)
    if (known === undefined) {
      watched.set(other, { beat, since: now, patienceMs: silentMs, isSilent: false })
      return undefined
    }
    if (known.beat !== beat) {
      // It was given up too early: the machine has more work than it can do, and taking over is more of it.
      if (known.isSilent) known.patienceMs = Math.min(MOST_PATIENCE * silentMs, 2 * known.patienceMs)
    }
    if (isLate || known.beat !== beat) Object.assign(known, { beat, since: now, isSilent: false })
    known.isSilent ||= now - known.since >= known.patienceMs
    return now - known.since >= known.patienceMs / 2 ? { owner: other, isSilent: known.isSilent } : undefined
  }
  return {
    async look() {
      const beats = await store.beat(owner)
      const isLate = clock.now() - lookedAt > 2 * silentMs / LOOKS
      lookedAt = clock.now()
      const quiet = beats.flatMap((beat) => judge(beat, isLate) ?? [])
      const there = new Set(beats.map((beat) => beat.owner))
      for (const other of watched.keys()) if (!there.has(other)) watched.delete(other)
      for (const beat of beats) if (clock.now() - (watched.get(beat.owner)?.since ?? 0) >= FORGOTTEN_AFTER * silentMs) await store.forget(beat)
      return quiet
    },
  }
}
