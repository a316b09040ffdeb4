import type { BoxEntry } from '@livetally/core/election'
import { encodeBallotAccepted, parseBallotAccepted, type EventLog, type LogRecord } from '@livetally/core/events'
import type { BallotLedger, TallyStore } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import { digestAfter, type DigestedEntry } from '../postgres/digest.js'
import { boxKey } from '../postgres/tables.js'

interface Ports { ledger: BallotLedger, store: TallyStore, eventLog: EventLog }
/** Where the tabulator's box stands, as its ports show it. `waiting`: entries whose transaction is not complete. */
interface Place { next: number, chain: string, waiting: DigestedEntry[] }

/**
 * The tabulator's ports without the rules of its position. Without the `seq` rule every entry that arrives is numbered as the
 * next one; without the chain rule its digest is written anew, so that it seems to follow. What is read from the ledger stays as it is.
 */
export function withoutPositionRules({ ledger, store, eventLog }: Ports, guards: Guards): Ports {
  const places = new Map<string, Place>()
  const pass = (record: LogRecord): LogRecord => {
    const parsed = parseBallotAccepted(record.value)
    const place = parsed.ok ? places.get(boxKey(parsed.event.election, parsed.event.box)) : undefined
    if (!parsed.ok || place === undefined) return record
    const expected = place.next + place.waiting.length
    const seq = guards.has('seq rule of the position') ? parsed.event.seq : expected
    if (seq !== expected) return record
    const { chain, ...event } = parsed.event
    place.waiting.push({ commitment: event.commitment, castAt: event.castAt })
    const follows = digestAfter(place.chain, place.waiting)
    if (chain !== undefined) Object.assign(place, { next: place.next + place.waiting.length, chain: follows, waiting: [] })
    return { ...record, value: Buffer.from(encodeBallotAccepted({ ...event, seq, ...chain === undefined ? {} : { chain: follows } })) }
  }
  return {
    store: {
      ...store,
      async claim(id, views) {
        const claim = await store.claim(id, views)
        places.set(boxKey(id.election, id.box), { next: claim.nextSeq, chain: claim.chain, waiting: [] })
        return claim
      },
      flush(flushes) {
        for (const { election, box, toSeq, chain } of flushes) {
          const place = places.get(boxKey(election, box))
          if (place !== undefined && toSeq > place.next) Object.assign(place, { next: toSeq, chain, waiting: [] })
        }
        return store.flush(flushes)
      },
    },
    ledger: { ...ledger, async read(election, box, from, limit) {
      const entries = await ledger.read(election, box, from, limit)
      const place = places.get(boxKey(election, box))
      const last: BoxEntry | undefined = entries.findLast(({ chain }) => chain !== undefined)
      // A box that is counted anew is read from its beginning, and is another one.
      if (place !== undefined && last !== undefined && from >= place.next) Object.assign(place, { next: last.seq + 1, chain: last.chain, waiting: [] })
      return entries
    } },
    eventLog: { ...eventLog, consume: (options) => eventLog.consume({ ...options, onBatch: (batch) => options.onBatch({ ...batch, records: batch.records.map(pass) }) }) },
  }
}
