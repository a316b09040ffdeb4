import type { RelayLease, RelayNote, RelayStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import type { Clock } from '../pace.js'
import { tell } from '../story.js'
import type { RelayMetrics } from './relay-metrics.js'

export interface Leases {
  /** Boxes that are ours now, by `election/box`. `nextSeq` is the first entry not sent yet. */
  held(): ReadonlyMap<string, RelayNote>
  moveTo(election: number, box: number, nextSeq: number): void
  /** Beats, drops what others have taken, and takes what is free or has stood still for the lease time. Call it every second. */
  housekeep(): Promise<void>
  release(): Promise<void>
}

/**
 * One active relay per box. A takeover needs the row's beat to have stood still for the lease time on this process' own
 * monotonic clock: no two machines' clocks are compared.
 */
export function createLeases({ store, clock, logger, metrics, owner, leaseMs }: {
  store: RelayStore, clock: Clock, logger: Logger, metrics: Pick<RelayMetrics, 'boxes' | 'takeovers'>, owner: string, leaseMs: number
}): Leases {
  const held = new Map<string, RelayNote>()
  const taking = createApart({ logger, clock }, 'this box cannot be taken over for relaying')
  const watched = new Map<string, { beat: number, since: number }>()

  const isFree = (lease: RelayLease): boolean => {
    if (lease.owner === null) return true
    const id = idOf(lease)
    const seen = watched.get(id)
    if (seen?.beat === lease.beat) return clock.now() - seen.since >= leaseMs
    watched.set(id, { beat: lease.beat, since: clock.now() })
    return false
  }
  const beat = async (): Promise<void> => {
    const notes = [...held.values()]
    if (notes.length === 0) return
    const ours = new Set((await store.beat(notes)).map(idOf))
    const lost = notes.filter((note) => !ours.has(idOf(note)))
    for (const note of lost) held.delete(idOf(note))
    if (lost.length > 0) tell(logger, 'SUPERSEDED', { boxes: lost.map(idOf) }, 'another relay has taken these boxes over')
  }
  const takeFree = async (): Promise<void> => {
    const leases = await store.leases()
    const unfinished = new Set(leases.map(idOf))
    for (const id of watched.keys()) if (!unfinished.has(id)) watched.delete(id)
    for (const id of held.keys()) if (!unfinished.has(id)) held.delete(id)
    const taken: RelayLease[] = []
    for (const lease of leases) {
      if (held.has(idOf(lease)) || !isFree(lease)) continue
      const epoch = await taking.attempt(lease, () => store.take(lease, owner))
      if (epoch === undefined) continue
      held.set(idOf(lease), { election: lease.election, box: lease.box, epoch, nextSeq: lease.nextSeq })
      taken.push(lease)
    }
    const given = taken.filter((lease) => lease.owner === null)
    const silent = taken.filter((lease) => lease.owner !== null)
    if (given.length > 0) tell(logger, 'ASSIGNED', { boxes: given.map(idOf) }, 'relaying these boxes')
    if (silent.length > 0) tell(logger, 'TAKEN_OVER', { boxes: silent.map(idOf), reason: `silent: ${[...new Set(silent.map((lease) => lease.owner))].slice(0, 3).join(', ')}` }, 'relaying these boxes, whose relay fell silent')
    metrics.takeovers.inc(silent.length)
    metrics.boxes.set(held.size)
  }

  return {
    held: () => held,
    moveTo(election, box, nextSeq) {
      const note = held.get(idOf({ election, box }))
      if (note !== undefined && nextSeq > note.nextSeq) note.nextSeq = nextSeq
    },
    async housekeep() {
      await beat()
      await takeFree()
    },
    release: async () => store.release([...held.values()]),
  }
}

const idOf = ({ election, box }: { election: number, box: number }): string => `${election}/${box}`
