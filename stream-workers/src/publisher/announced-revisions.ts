import { electionPartition, parseResultsPublished, TOPIC, type EventLog } from '@livetally/core/events'
import type { Clock } from '../pace.js'

/** The greatest revision of each election that anybody may have seen, whatever Postgres says. */
export interface AnnouncedRevisions {
  /** 0 if nothing is known. Rejects while the event log cannot be reached. */
  newest(election: number): Promise<number>
  /** This process has committed a revision, or may have: the answer got lost. */
  note(election: number, revision: number): void
}

/** Looked at from the end of a partition; what was announced longer ago than so many others is found by no claim. */
const MOST_RECORDS = 200n
/** Many elections are claimed at once when partitions are assigned: they share one look. */
const FRESH_MS = 2_000

/**
 * A Postgres that was restored from a backup has forgotten revisions that viewers have seen: a publisher goes on above the
 * greatest one that the event log or its own memory still knows.
 */
export function createAnnouncedRevisions({ eventLog, clock }: { eventLog: Pick<EventLog, 'partitionCount' | 'range' | 'read'>, clock: Pick<Clock, 'now'> }): AnnouncedRevisions {
  const looks = new Map<number, { began: number, found: Promise<ReadonlyMap<number, number>> }>()
  const noted = new Map<number, number>()

  const look = async (partition: number): Promise<ReadonlyMap<number, number>> => {
    const { first, next } = await eventLog.range(TOPIC.results, partition)
    const from = next - first > MOST_RECORDS ? next - MOST_RECORDS : first
    const newest = new Map<number, number>()
    if (from >= next) return newest
    for (const { value } of await eventLog.read({ topic: TOPIC.results, partition, from, limit: Number(MOST_RECORDS) })) {
      const parsed = parseResultsPublished(value)
      if (parsed.ok) newest.set(parsed.event.election, Math.max(parsed.event.revision, newest.get(parsed.event.election) ?? 0))
    }
    return newest
  }
  const lookOnce = (partition: number): Promise<ReadonlyMap<number, number>> => {
    const known = looks.get(partition)
    if (known !== undefined && clock.now() - known.began < FRESH_MS) return known.found
    const one = { began: clock.now(), found: look(partition) }
    looks.set(partition, one)
    one.found.catch(() => { if (looks.get(partition) === one) looks.delete(partition) })
    return one.found
  }
  return {
    async newest(election) {
      const found = await lookOnce(electionPartition(election, await eventLog.partitionCount(TOPIC.results)))
      return Math.max(found.get(election) ?? 0, noted.get(election) ?? 0)
    },
    note(election, revision) {
      noted.set(election, Math.max(revision, noted.get(election) ?? 0))
    },
  }
}
