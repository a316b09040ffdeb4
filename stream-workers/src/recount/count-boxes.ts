import type pg from 'pg'
import { createBoxAudit } from './box-audit.js'
import { createBoxWalk, type BoxWalk } from './box-walk.js'
import { withBreakdowns } from './breakdowns.js'
import { differingCells, tallied, type Cells } from './cell-counts.js'
import { createCommitmentAudit } from './commitments.js'
import { createEntryRules, type EntryRules } from './entry-rules.js'
import { createGroupRecord, mergeRecords, MOST_RECORDED, type GroupRecord, type RecordedPartition } from './group-record.js'
import { createHandCount } from './hand-count.js'
import { createProblems } from './problems.js'
import type { RecountElection } from './recount-election.js'
import type { BoxWalks } from './revision-history.js'
import type { BoxHead } from './revision-rules.js'
import { readTally, type StoredPosition } from './stored-counts.js'
import { createToldCounts } from './told-counts.js'

/** Entries that are held in memory of all boxes together. */
const PAGE = 5_000
const LEAST_PAGE = 250

interface OneBox {
  readonly head: BoxHead
  walk: BoxWalk
  readonly audit: ReturnType<typeof createBoxAudit>
  readonly rules: EntryRules
  /** Entries below were audited; a box that is counted again is not judged twice. */
  auditedTo: number
  /** Ballots among them, known or not. */
  ballots: number
  isTallyCompared: boolean
  record: GroupRecord
}

/** All boxes of an election, counted side by side, every entry audited once as it passes by. */
export function countBoxes({ client, election, heads, positions, now, auditKey, onProgress }: {
  client: pg.ClientBase
  election: RecountElection
  heads: readonly BoxHead[]
  positions: ReadonlyMap<number, StoredPosition>
  /** The database's clock, ms. */
  now: number
  auditKey: Buffer | undefined
  onProgress: (entries: number) => void
}) {
  const told = createToldCounts(election.secrecy)
  const commitments = createCommitmentAudit(election.key, auditKey)
  const unknown = createProblems()
  const wrongTallies = createProblems()
  const correctionsBox = Math.max(...heads.map(({ box }) => box))
  const pageSize = Math.max(LEAST_PAGE, Math.floor(PAGE / Math.max(1, heads.length)))
  let unknownBallots = 0
  let entries = 0

  const walkOf = (head: BoxHead, box: () => OneBox): BoxWalk => createBoxWalk({
    client, election: election.key, box: head.box, pageSize,
    count: createHandCount(election, { rolled: positions.get(head.box)?.rolled, box: head.box, onChange: told.add, onChunk: (chunk) => box().record.add(chunk) }),
    onEntry(entry, isCounted) {
      const { seq, kind } = entry.entry
      const own = box()
      if (seq < own.auditedTo) return
      own.auditedTo = seq + 1
      if (kind === 'BALLOT') own.ballots += 1
      own.audit.take(entry)
      own.rules.take(entry.entry)
      commitments.take(head.box, entry)
      if (!isCounted) {
        if (kind === 'BALLOT') unknownBallots += 1
        unknown.add(`box ${head.box}: entry ${seq} names what the election does not know`)
      }
      entries += 1
      if (entries % 10_000 === 0) onProgress(entries)
    },
  })
  const boxes = new Map(heads.map((head): [number, OneBox] => {
    const rules = createEntryRules(election, { box: head.box, isForCorrections: head.box === correctionsBox, now })
    const box: OneBox = { head, audit: createBoxAudit(head), rules, auditedTo: 0, ballots: 0, isTallyCompared: false, record: createGroupRecord(election, head.box), walk: walkOf(head, () => box) }
    return [head.box, box]
  }))

  /** Counting rule I5: compared at the very entry that the tally stands at. */
  const compareTally = async (box: OneBox, position: StoredPosition): Promise<void> => {
    box.isTallyCompared = true
    if (!await box.walk.advanceTo(position.nextSeq)) return wrongTallies.add(`box ${box.head.box}: its tally stands at ${position.nextSeq}, beyond the ledger`)
    const counted = withBreakdowns(tallied(box.walk.count.cells), position.views)
    for (const { cell, counted: count, stored } of differingCells(counted, await readTally(client, election.key, position))) {
      wrongTallies.add(`box ${box.head.box}: ${cell} is ${count} by recount and ${stored} in the tally`)
    }
  }
  const advance = async (box: OneBox, seq: number): Promise<void> => {
    const position = positions.get(box.head.box)
    if (position !== undefined && !box.isTallyCompared && position.nextSeq >= box.walk.at && position.nextSeq <= seq) await compareTally(box, position)
    await box.walk.advanceTo(seq)
  }
  const walks: BoxWalks = {
    told,
    get: (at) => boxes.get(at)?.walk,
    async advanceTo(at, seq) {
      const box = boxes.get(at)
      if (box !== undefined) await advance(box, seq)
    },
    restart(at) {
      const box = boxes.get(at)
      if (box === undefined) return
      for (const [cell, count] of box.walk.count.cells) told.add(cell, -count)
      box.record = createGroupRecord(election, at)
      box.walk = walkOf(box.head, () => box)
    },
    *counts() { for (const { walk } of boxes.values()) yield walk.count.cells },
    get areSealed() { return heads.every(({ box }) => box === correctionsBox || boxes.get(box)?.walk.isSealed === true) },
  }

  return {
    walks,
    commitments,
    get unknown() { return unknown.all },
    get unknownBallots() { return unknownBallots },
    get wrongTallies() { return wrongTallies.all },
    get ballots() { return [...boxes.values()].reduce((sum, { walk }) => sum + walk.count.ballots, 0) },
    /** Counts everything that is left, to the end of every box. */
    async finish(): Promise<void> {
      for (const box of boxes.values()) {
        await advance(box, Number.MAX_SAFE_INTEGER)
        const position = positions.get(box.head.box)
        if (position !== undefined && !box.isTallyCompared) await compareTally(box, position)
      }
      onProgress(entries)
    },
    /** Only after `finish`. */
    get digests() { return [...boxes.values()].flatMap(({ audit }) => audit.problems()) },
    /** Boxes whose heads say other numbers of ballots than they hold. */
    get miscounted() { return [...boxes.values()].flatMap(({ head, ballots }) => head.ballots === ballots ? [] : [`box ${head.box}: holds ${ballots} ballots where its head says ${head.ballots}`]) },
    get kinds() { return [...boxes.values()].flatMap(({ rules }) => rules.kinds) },
    get times() { return [...boxes.values()].flatMap(({ rules }) => rules.times) },
    /** What all boxes count in one view, whether it is told or not. */
    sums(view: string): Cells {
      const sum: Cells = new Map()
      for (const { walk } of boxes.values()) for (const [cell, count] of walk.count.cells) if (cell.startsWith(`${view}|`)) sum.set(cell, (sum.get(cell) ?? 0) + count)
      return sum
    },
    /** In which sets each released ballot lies; undefined where they are too many. */
    partitions(): RecordedPartition[] | undefined {
      const records = [...boxes.values()].map(({ record }) => record)
      return records.reduce((sum, { ballots }) => sum + ballots, 0) > MOST_RECORDED ? undefined : mergeRecords(records)
    },
    seals: () => [...boxes.values()].filter(({ head }) => head.box !== correctionsBox).map(({ head, rules, walk }) => ({ box: head.box, sealedAt: rules.sealedAt, endsWithSeal: walk.isSealed, sealedSeq: head.sealedSeq })),
    /** Ballots cast at each place, and how many of all were cast by others than voters online. */
    turnout(): { byPlace: Map<string, number>, countedByCentres: number } {
      const byPlace = new Map<string, number>()
      let countedByCentres = 0
      for (const { head, walk } of boxes.values()) {
        if (head.box === correctionsBox) continue
        for (const [cell, count] of walk.count.cells) {
          const [view, key = '', place] = cell.split('|')
          if (view !== 'place' || place !== '0') continue
          const [unit = '', channel] = key.split('/')
          byPlace.set(unit, (byPlace.get(unit) ?? 0) + count)
          if (channel !== 'ONLINE') countedByCentres += count
        }
      }
      return { byPlace, countedByCentres }
    },
  }
}

export type CountedBoxes = ReturnType<typeof countBoxes>
