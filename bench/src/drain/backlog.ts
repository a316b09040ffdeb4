import type { BallotEntry, Election } from '@livetally/core/election'
import { ballotAcceptedKey, ballotsPartition, encodeBallotAccepted, toBallotAccepted, TOPIC, type EventLog, type OutgoingRecord } from '@livetally/core/events'
import { byteaArray, instantArray, plainArray, textArray } from '@livetally/core/store'
import type { TestNetwork } from '@livetally/local/test-network'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { benchBallot } from '../election/bench-election.js'

const CHUNK = 4_000
/** So dense are the ballots in event time: panes of 10 s hold 10,000. */
const BALLOTS_PER_SECOND = 1_000

interface Box { nextSeq: number, chain: Buffer, castAt: number }
interface Entry extends BallotEntry { box: number, tracker: string }

/**
 * Ballots that were accepted and relayed, and never tabulated: straight into the ledger and into topic `ballots`, byte for byte what
 * cast_batch and the relay would have written, in transactions of some hundred. `onBuilt` hears of each chunk.
 */
export async function buildBacklog({ pool, eventLog, election, ballots, onBuilt }: {
  pool: TestNetwork['pool'], eventLog: EventLog, election: Election, ballots: number, onBuilt: (count: number) => void
}): Promise<void> {
  const boxes = Array.from({ length: election.structure.boxCount }, (): Box => ({ nextSeq: 0, chain: Buffer.alloc(0), castAt: 0 }))
  const partitions = await eventLog.partitionCount(TOPIC.ballots)
  await using producer = await eventLog.producer()
  const firstAt = Math.floor((Date.now() - (ballots / BALLOTS_PER_SECOND) * 1_000) / 1_000) * 1_000
  for (let from = 0; from < ballots; from += CHUNK) {
    const entries = Array.from({ length: Math.min(CHUNK, ballots - from) }, (_, at) => nextEntry(election, boxes, from + at, firstAt))
    link(boxes, entries)
    const records = entries.map(({ tracker: _, box, ...entry }): OutgoingRecord => ({
      topic: TOPIC.ballots, partition: ballotsPartition(election.key, box, partitions), key: ballotAcceptedKey(election.key, box),
      value: encodeBallotAccepted(toBallotAccepted(election.key, box, entry)),
    }))
    await Promise.all([producer.send(records), pool.query({ name: 'backlog', text: INSERT_ENTRIES, values: columnsOf(election.key, entries) })])
    onBuilt(entries.length)
  }
  await pool.query(MOVE_HEADS, [election.key, plainArray(boxes.map((_, box) => box)), plainArray(boxes.map(({ nextSeq }) => nextSeq)), byteaArray(boxes.map(({ chain }) => chain)), instantArray(boxes.map(({ castAt }) => castAt))])
}

function nextEntry(election: Election, boxes: readonly Box[], at: number, firstAt: number): Entry {
  const { box, ...ballot } = benchBallot(election.structure, at)
  const head = boxes[box]
  if (head === undefined) throw new Error(`There is no box ${box}.`)
  head.castAt = firstAt + Math.floor(at / BALLOTS_PER_SECOND) * 1_000
  return { kind: 'BALLOT', box, tracker: randomUUID(), seq: head.nextSeq++, castAt: head.castAt, commitment: randomBytes(32).toString('hex'), ...ballot }
}

/** Each box's share of a chunk is one ledger transaction: its last entry carries the digest. */
function link(boxes: readonly Box[], entries: Entry[]): void {
  for (const [at, box] of boxes.entries()) {
    const mine = entries.filter((entry) => entry.box === at)
    const last = mine.at(-1)
    if (last === undefined) continue
    const hash = createHash('sha256').update(box.chain)
    for (const { commitment, castAt } of mine) hash.update(commitment, 'hex').update(instant(castAt))
    box.chain = hash.digest()
    entries[entries.indexOf(last)] = { ...last, chain: box.chain.toString('hex') }
  }
}

/** As the digest has it: 8 bytes, big-endian, ms since 1970. */
function instant(castAt: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(castAt))
  return bytes
}

function columnsOf(election: number, entries: readonly Entry[]): unknown[] {
  return [
    election, plainArray(entries.map(({ box }) => box)), plainArray(entries.map(({ seq }) => seq)), plainArray(entries.map(({ tracker }) => tracker)),
    byteaArray(entries.map(({ commitment }) => Buffer.from(commitment, 'hex'))), textArray(entries.map(({ unit }) => unit)), plainArray(entries.map(({ channel }) => channel === 'ONLINE' ? 0 : 1)),
    textArray(entries.map(({ attributes }) => JSON.stringify(attributes))), textArray(entries.map(({ selections }) => JSON.stringify(selections))),
    instantArray(entries.map(({ castAt }) => castAt)), textArray(entries.map(({ chain }) => chain ?? '')),
  ]
}

const INSERT_ENTRIES = `
  INSERT INTO box_entry (election, box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at, chain)
  SELECT $1::integer, r.box, r.seq, r.tracker, r.commitment, r.unit, r.channel, r.attributes::json, r.selections::json, r.cast_at, CASE WHEN r.chain <> '' THEN decode(r.chain, 'hex') END
  FROM unnest($2::smallint[], $3::bigint[], $4::uuid[], $5::bytea[], $6::text[], $7::smallint[], $8::text[], $9::text[], $10::timestamptz[], $11::text[])
    AS r (box, seq, tracker, commitment, unit, channel, attributes, selections, cast_at, chain)`

const MOVE_HEADS = `
  UPDATE ballot_box b SET next_seq = w.next_seq, ballots = w.next_seq, chain = w.chain, last_cast_at = w.cast_at, newest_at = w.cast_at
  FROM unnest($2::smallint[], $3::bigint[], $4::bytea[], $5::timestamptz[]) AS w (box, next_seq, chain, cast_at) WHERE b.election = $1 AND b.box = w.box`

/** What the whole backlog comes to, by a count apart from all contestants: [ballots, then per contest: ballots, undervotes, overvotes, votes of each option]. */
export function expectedCounts(election: Election, ballots: number): number[] {
  const contests = election.structure.definition.contests
  const counts = [ballots, ...contests.flatMap(({ options }) => [ballots, 0, 0, ...options.map(() => 0)])]
  for (let at = 0; at < ballots; at += 1) {
    const { selections } = benchBallot(election.structure, at)
    let offset = 1
    for (const { id, options } of contests) {
      const marked = options.findIndex((option) => option.id === selections[id]?.[0])
      const cell = marked === -1 ? offset + 1 : offset + 3 + marked
      counts[cell] = (counts[cell] ?? 0) + 1
      offset += 3 + options.length
    }
  }
  return counts
}
