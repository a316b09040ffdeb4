import { ballotAcceptedKey, ballotsPartition, encodeBallotAccepted, RecordTooLargeError, toBallotAccepted, TOPIC, type EventLog, type LogProducer, type OutgoingRecord } from '@livetally/core/events'
import type { BallotLedger, BoxSlice, RelayStore } from '@livetally/core/store'
import type { Logger } from 'pino'
import { createApart } from '../apart.js'
import { startLoop, type Clock } from '../pace.js'
import { ofNewestElections } from '../read-gauge.js'
import { createTrouble, tell } from '../story.js'
import { createLeases } from './leases.js'
import type { RelayMetrics } from './relay-metrics.js'

/** Entries read in one round trip, over all boxes: bounds memory and the size of a request. */
const ENTRIES_PER_ROUND = 2_000
const IDLE_PAUSE_MS = 10
/** Where nothing has come for a while, who votes first may wait a little longer: looking costs whoever looks and Postgres. */
const QUIET_PAUSE_MS = 40
const QUIET_AFTER_MS = 2_000
/**
 * Rounds that send something begin at least so far apart: what comes meanwhile shares a request, here and in all that it wakes.
 * Viewers are shown no more than 20 revisions a second; so ballots gather once on their way, and here it is cheapest. A little
 * more than a twentieth of a second: what came just too often for them would have to wait for its turn, each time a little longer.
 */
const BUSY_ROUND_MS = 52
/** A look at the heads costs by their number: 2,000 open boxes are looked at every 40 ms. */
const HEADS_PER_MS = 50
/** Nothing of what is there could be read. */
const UNREADABLE_PAUSE_MS = 1_000
const HOUSEKEEPING_MS = 1_000

export interface RelaySettings { owner: string, leaseMs: number }

/**
 * Sends the entries of every box it holds a lease of to topic `ballots`, in `seq` order. It sends before it moves its
 * position, never after: what is repeated is skipped by `seq`, what is missing is read from the ledger.
 */
export async function startRelay(
  settings: RelaySettings,
  { ledger, store, eventLog, clock, logger, metrics }: { ledger: Pick<BallotLedger, 'openHeads' | 'readSlices'>, store: RelayStore, eventLog: EventLog, clock: Clock, logger: Logger, metrics: RelayMetrics },
): Promise<AsyncDisposable> {
  const producer = await eventLog.producer()
  const leases = createLeases({ store, clock, logger, metrics, ...settings })
  metrics.position.from(() => ofNewestElections([...leases.held().values()]).map(({ election, box, nextSeq }) => ({ labels: { election, box }, value: nextSeq })))
  metrics.epoch.from(() => ofNewestElections([...leases.held().values()]).map(({ election, box, epoch }) => ({ labels: { election, box }, value: epoch })))

  const reading = createApart({ logger, clock }, 'the entries of this box cannot be read, so they are not relayed')
  let foundAt = clock.now()
  /** Where all cannot be read together, each box by itself: one with a broken row holds up no other. */
  const readAll = async (slices: readonly BoxSlice[]): Promise<Awaited<ReturnType<typeof ledger.readSlices>>> => {
    if (slices.length > 1) {
      const together = await ledger.readSlices(slices).catch(() => undefined)
      if (together !== undefined) return together
    }
    const found: Awaited<ReturnType<typeof ledger.readSlices>> = []
    for (const slice of slices) found.push(...await reading.attempt(slice, () => ledger.readSlices([slice])) ?? [])
    return found
  }
  const round = async (): Promise<number> => {
    const began = clock.now()
    const heads = await ledger.openHeads()
    const shortest = heads.length / HEADS_PER_MS
    const { slices, behind } = slicesOf(leases.held(), heads)
    metrics.behind.set(behind)
    if (slices.length === 0) return Math.max(shortest, began - foundAt < QUIET_AFTER_MS ? IDLE_PAUSE_MS : QUIET_PAUSE_MS)
    foundAt = began
    const found = await readAll(slices)
    if (found.length === 0) return UNREADABLE_PAUSE_MS
    const partitions = await eventLog.partitionCount(TOPIC.ballots)
    const records = found.map(({ election, box, entry }): OutgoingRecord => ({
      topic: TOPIC.ballots,
      partition: ballotsPartition(election, box, partitions),
      key: ballotAcceptedKey(election, box),
      value: encodeBallotAccepted(toBallotAccepted(election, box, entry)),
    }))
    const sent = metrics.sendSeconds.startTimer()
    await sendHalving(producer, records, logger)
    sent()
    for (const { election, box, entry } of found) leases.moveTo(election, box, entry.seq + 1)
    metrics.relayed.inc(records.length)
    if (records.length >= ENTRIES_PER_ROUND) return 0
    return Math.max(shortest, IDLE_PAUSE_MS, BUSY_ROUND_MS - (clock.now() - began))
  }

  const trouble = (what: string) => createTrouble({ logger, clock }, what)
  const leasing = trouble('the relay cannot read or write its leases')
  await leases.housekeep().catch(leasing.met)
  const loops = [
    startLoop(clock, round, trouble('the relay cannot read the ledger or send to topic ballots')),
    startLoop(clock, async () => {
      await leases.housekeep()
      // A fifth: a takeover then comes at most two fifths after the lease, for it looks and waits by these steps.
      return Math.min(HOUSEKEEPING_MS, settings.leaseMs / 5)
    }, leasing),
  ]
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()))
      await leases.release().catch(trouble('the relay cannot give its leases back').met)
      await producer[Symbol.asyncDispose]()
    },
  }
}

function slicesOf(held: ReadonlyMap<string, { election: number, box: number, nextSeq: number }>, heads: readonly { election: number, box: number, nextSeq: number }[]): { slices: BoxSlice[], behind: number } {
  let entries = 0
  const behind = heads.flatMap((head) => {
    const lease = held.get(`${head.election}/${head.box}`)
    if (lease === undefined || lease.nextSeq >= head.nextSeq) return []
    entries += head.nextSeq - lease.nextSeq
    return [lease]
  })
  const limit = Math.max(1, Math.floor(ENTRIES_PER_ROUND / Math.max(1, behind.length)))
  return { slices: behind.map(({ election, box, nextSeq }) => ({ election, box, from: nextSeq, limit })), behind: entries }
}

/** A request the broker finds too large is halved; a single entry too large is left to the tabulator's gap rule, with an alarm. */
async function sendHalving(producer: LogProducer, records: readonly OutgoingRecord[], logger: Logger): Promise<void> {
  try {
    if (records.length > 0) await producer.send(records)
  } catch (error) {
    if (!(error instanceof RecordTooLargeError)) throw error
    if (records.length === 1) {
      tell(logger, 'ALARM', { topic: TOPIC.ballots, key: records[0]?.key ?? '' }, 'an entry is too large for the event log; the tabulator reads it from the ledger')
      return
    }
    const middle = records.length >> 1
    await sendHalving(producer, records.slice(0, middle), logger)
    await sendHalving(producer, records.slice(middle), logger)
  }
}
