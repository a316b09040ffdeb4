import type { BallotDecided, LogRecord } from '@livetally/core/events'
import type { Logger } from 'pino'
import type { Clock } from '../pace.js'
import type { Quarantine } from '../quarantine.js'
import { createTrouble, tell } from '../story.js'
import type { BallotDesk, Decision } from './ballot-desk.js'
import type { IngestMetrics } from './ingest-metrics.js'
import type { SignatureChecker } from './signature-checker.js'
import { readSubmission, type Submission } from './submission.js'
import { asideOf, decidedOf } from './verdict-record.js'

export interface RecordDecider {
  /**
   * The verdict of every record, in order. Waits as long as the ledger is away, saying meanwhile that it is alive; rejects when
   * the partition has gone to another worker, or when this one is told to stop: the records come again, and hear the same.
   */
  decide(records: readonly LogRecord[], heartbeat: () => Promise<void>, stop: AbortSignal): Promise<BallotDecided[]>
}

interface Dependencies { signatures: SignatureChecker, desk: BallotDesk, quarantine: Quarantine, clock: Clock, logger: Logger, metrics: IngestMetrics }

/** An election whose phase changes so often while one ballot is on its way is told as it was found. */
const MOST_OVERTAKEN = 5
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

export function createRecordDecider({ signatures, desk, quarantine, clock, logger, metrics }: Dependencies): RecordDecider {
  /** One try for all: read under the phase as it is, make sure that the records are still ours, and only then cast. */
  const tryAll = async (submissions: readonly Submission[], heartbeat: () => Promise<void>): Promise<Decision[]> => {
    const began = clock.now()
    const read = await Promise.all(submissions.map((submission) => desk.read(submission, began)))
    await heartbeat()
    return Promise.all(read.map((ballot) => ballot.kind === 'FITS' ? desk.cast(ballot.ballot) : ballot))
  }
  /** Undefined: nobody can tell yet. */
  const settle = async (submission: Submission, decision: Decision, tries: number): Promise<BallotDecided | undefined> => {
    switch (decision.kind) {
      case 'DECIDED': return decidedOf(submission, decision.verdict)
      case 'OVERTAKEN':
        metrics.overtaken.inc()
        return tries < MOST_OVERTAKEN ? undefined : decidedOf(submission, decision.verdict)
      case 'UNDECIDED': return undefined
      case 'ASIDE': {
        const { record } = submission
        const reason = `${decision.reason} Nothing was counted; it can be sent again from the quarantine.`
        if (decision.error !== undefined) tell(logger, 'ALARM', { err: decision.error, topic: record.topic, partition: record.partition, offset: record.offset }, 'a ballot of another system could not be worked on')
        await quarantine.put(record, reason)
        return asideOf({ record, verdict: 'QUARANTINED', reason }, submission)
      }
      default: return decision satisfies never
    }
  }
  const decideAll = async (submissions: readonly Submission[], heartbeat: () => Promise<void>, stop: AbortSignal): Promise<Map<LogRecord, BallotDecided>> => {
    const decided = new Map<LogRecord, BallotDecided>()
    const ledger = createTrouble({ logger, clock }, 'ballots of other systems wait for the ledger, and none is lost')
    let left = submissions
    let pause = FIRST_PAUSE_MS
    for (let tries = 0; left.length > 0; tries += 1) {
      const decisions = await tryAll(left, heartbeat)
      const undecided: Submission[] = []
      for (const [at, submission] of left.entries()) {
        const decision = decisions[at]
        const told = decision && await settle(submission, decision, tries)
        if (told === undefined) undecided.push(submission)
        else decided.set(submission.record, told)
      }
      left = undecided
      const waiting = decisions.find((decision) => decision.kind === 'UNDECIDED')
      if (waiting === undefined) {
        ledger.over()
        continue
      }
      metrics.waits.inc()
      ledger.met(waiting.error)
      await clock.delay(pause, stop)
      if (stop.aborted) throw new Error('This worker stops; the ballots that wait come again.')
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
    return decided
  }

  return {
    async decide(records, heartbeat, stop) {
      const read = await Promise.all(records.map((record) => readSubmission(record, signatures)))
      const aside = read.filter((one) => 'reason' in one)
      await quarantine.putAll(aside)
      const decided = await decideAll(read.filter((one) => 'ballot' in one), heartbeat, stop)
      for (const one of aside) decided.set(one.record, asideOf(one))
      return records.flatMap((record) => decided.get(record) ?? [])
    },
  }
}
