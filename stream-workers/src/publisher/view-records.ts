import { createResults, REPORTING_UNIT_KINDS, WHOLE_ELECTION, type ResultsAt, type Structure } from '@livetally/core/election'
import type { OutgoingRecord } from '@livetally/core/events'
import type { Revision } from '@livetally/core/store'
import { breakdownRecords, contestRecord, paneRecords, rankingRecord, turnoutRecord, type Told } from './result-records.js'
import { createTouchedResults, type Touched } from './touched-results.js'

export interface ViewRecords {
  take(revision: Revision): void
  /**
   * Absolute records of the compacted `results.*` topics for what changed and was not drained yet; first of everything, zeros
   * included. Of `most` things at the most: an election of 10,000 units and 50 contests has half a million, which must not be
   * in memory together. Nothing before a revision was taken: zeros must not cover what a predecessor sent.
   */
  drain(partition: number, most?: number): OutgoingRecord[]
  /** How many things have to be told anew. */
  readonly waiting: number
  /** The definition was edited. */
  adopt(structure: Structure): void
  /** The records of the last `drain` did not reach the log: the next one holds them again. */
  putBack(): void
}

/** Turns revisions into records for anybody who reads Kafka: sums at every level, with names instead of places. */
export function createViewRecords(election: number, first: Structure): ViewRecords {
  let structure = first
  const results = createResults(first)
  const touched = createTouchedResults(first)
  let finalUntil: number | null = null

  /** Panes that have become final are told once more. */
  const passFinal = (at: ResultsAt, until: number | null): void => {
    if (until === finalUntil) return
    for (const { start, sizeMs } of at.panes('')) if (start + sizeMs > (finalUntil ?? 0) && start + sizeMs <= (until ?? 0)) touched.touchPane(structure, start)
    finalUntil = until
  }
  /** How many came too late is told with the newest pane: none need have changed with it. */
  const tellLate = (at: ResultsAt): void => {
    const newest = at.panes('').at(-1)
    if (newest !== undefined) touched.touchPane(structure, newest.start)
  }
  return {
    take(revision) {
      // Nobody holds on to an older revision here.
      results.apply(revision.revision, revision.rows, revision.isFull, revision.revision)
      passFinal(results.at(), revision.finalUntil)
      for (const row of revision.rows) touched.touch(structure, row)
      if (revision.rows.some(({ view, key }) => view === 'late' && key === WHOLE_ELECTION)) tellLate(results.at())
    },
    adopt(edited) {
      structure = edited
      results.adopt(edited)
    },
    putBack: () => touched.putBack(),
    get waiting() { return touched.waiting },
    drain(partition, most = Number.POSITIVE_INFINITY) {
      if (results.revision === 0) return []
      return recordsOf(touched.take(most), { election, structure, at: results.at(), finalUntil }).map((record) => ({ ...record, partition }))
    },
  }
}

function recordsOf(taken: Touched, told: Told): Omit<OutgoingRecord, 'partition'>[] {
  return [
    ...[...taken.contests].map((id) => contestRecord(told, ...partsOf(id))),
    ...[...taken.units].map((unit) => turnoutRecord(told, unit)),
    ...breakdownRecords(told, [...taken.breakdowns].map(partsOf)),
    ...paneRecords(told, [...taken.panes].map(partsOf)),
    ...REPORTING_UNIT_KINDS.filter((kind) => taken.rankings.has(kind)).map((kind) => rankingRecord(told, kind)),
  ]
}

function partsOf(id: string): [first: string, second: string] {
  const [first = '', second = ''] = id.split('/')
  return [first, second]
}
