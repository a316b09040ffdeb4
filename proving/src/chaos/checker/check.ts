import type { HistoryLine } from '../history/history.js'
import { createFindings, type Findings } from './findings.js'
import type { PaperBallot, PaperElection } from './paper-count.js'
import { createReceiptCheck } from './receipts.js'
import { createRevisionCheck } from './revisions.js'
import { createViewerCheck } from './viewers.js'

/** The ledger at the end, when nobody votes any more. */
export interface LedgerEvidence {
  /** Where each box ends. */
  heads: ReadonlyMap<number, number>
  /** The entry that seals each box: the last that is shown of it, and with it everything before. */
  seals: ReadonlyMap<number, number>
  participations: number
  /** All ballots of a box in the order of `seq`. Called twice per box. */
  read(box: number): AsyncIterable<PaperBallot>
}

export interface CheckReport { findings: Findings, accepted: number, frames: number, revisions: number, attempts: number, failures: number }

/** Holds what was recorded against the ledger. Knows nothing of the system but these two and the ballot paper. */
export async function check(history: AsyncIterable<HistoryLine>, ledger: LedgerEvidence, paper: PaperElection, viewers: number): Promise<CheckReport> {
  const findings = createFindings()
  const receipts = createReceiptCheck(findings)
  const views = createViewerCheck(findings, viewers)
  const revisions = createRevisionCheck(findings, paper)
  let attempts = 0
  let failures = 0
  for await (const line of history) {
    switch (line.type) {
      case 'attempt':
        attempts += 1
        if ('failure' in line.outcome) failures += 1
        receipts.take(line)
        break
      case 'frame':
        views.take(line)
        revisions.take(line)
        break
      case 'fault':
      case 'sample': break
      default: line satisfies never
    }
  }
  for (const box of ledger.heads.keys()) {
    let before = Number.NEGATIVE_INFINITY
    for await (const { tracker, castAt, seq } of ledger.read(box)) {
      receipts.meet(tracker)
      if (castAt < before) findings.add('non-monotonic', `ballot ${seq} of box ${box} was cast ${before - castAt} ms before the one ahead of it`)
      before = castAt
    }
  }
  receipts.finish(ledger.participations)
  views.finish(ledger.heads)
  await revisions.finish(new Map([...ledger.heads.keys()].map((box) => [box, ledger.read(box)])), ledger)
  return { findings, accepted: receipts.accepted, frames: views.frames, revisions: revisions.revisions, attempts, failures }
}
