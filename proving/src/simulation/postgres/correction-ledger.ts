import type { Correction, CorrectionEntry } from '@livetally/core/election'
import type { CorrectionAnswer, CorrectionLedger } from '@livetally/core/store'
import { createHash } from 'node:crypto'
import type { SimulatedProcess } from '../process.js'
import { digestAfter } from './digest.js'
import type { Postgres } from './postgres.js'
import { boxKey } from './tables.js'

/** As `append_correction`: under the lock of the corrections box, so one instant. */
export function createSimulatedCorrectionLedger(process: SimulatedProcess, postgres: Postgres): CorrectionLedger {
  const find = (tracker: string): CorrectionEntry | undefined => {
    const at = postgres.tables.corrections.get(tracker)
    const entry = at && postgres.tables.boxes.get(boxKey(at.election, at.box))?.entries[at.seq]
    return entry?.kind === 'CORRECTION' ? entry : undefined
  }
  return {
    append: (election, expectedSeq, tracker, correction) => process.ask(postgres, `append correction ${tracker.slice(0, 8)} to ${election} at ${expectedSeq}`, () => append(postgres, { election, expectedSeq, tracker, correction }, find(tracker))),
    find: (tracker) => process.ask(postgres, `find correction ${tracker.slice(0, 8)}`, () => find(tracker)),
    newest: (election, box, before, limit) => process.ask(postgres, `corrections of ${election}`, () =>
      (postgres.tables.boxes.get(boxKey(election, box))?.entries ?? []).filter((entry) => entry.kind === 'CORRECTION').filter(({ seq }) => seq < before).toReversed().slice(0, limit)),
    nextSeq: (election, box) => process.ask(postgres, `head of ${boxKey(election, box)}`, () => postgres.tables.boxes.get(boxKey(election, box))?.nextSeq ?? 0),
  }
}

interface Request { election: number, expectedSeq: number, tracker: string, correction: Correction }

function append({ tables, now }: Postgres, { election, expectedSeq, tracker, correction }: Request, known: CorrectionEntry | undefined): CorrectionAnswer {
  const row = tables.elections.get(election)
  const at = row?.structure.correctionsBox ?? 0
  const box = tables.boxes.get(boxKey(election, at))
  if (row === undefined || box === undefined) throw new Error(`There is no election ${election}.`)
  const commitment = createHash('sha256').update(`correction/${election}/${JSON.stringify(correction)}`).digest('hex')
  if (known !== undefined) return known.commitment === commitment ? { verdict: 'REPEATED', seq: known.seq, castAt: known.castAt } : { verdict: 'CONFLICT' }
  if (!['OPEN', 'PAUSED', 'CLOSED'].includes(row.phase) || box.sealedSeq !== null) return { verdict: 'WRONG_PHASE', phase: row.phase }
  // Until the close nobody knows a number of secret choices to correct but the released one.
  const isOfChoices = correction.changes.some((change) => change.count !== 'BALLOTS' || change.contest !== undefined)
  if (row.phase !== 'CLOSED' && isOfChoices && row.structure.definition.ballotSecrecy === 'SECRET') return { verdict: 'WRONG_PHASE', phase: row.phase }
  if (box.nextSeq !== expectedSeq) return { verdict: 'UNSEEN', nextSeq: box.nextSeq }
  const castAt = Math.max(box.lastCastAt, now)
  const chain = digestAfter(box.chain, [{ commitment, castAt }])
  box.entries.push({ kind: 'CORRECTION', seq: box.nextSeq, castAt, commitment, chain, correction })
  Object.assign(box, { chain, lastCastAt: castAt, newestAt: castAt, nextSeq: box.nextSeq + 1 })
  tables.corrections.set(tracker, { election, box: at, seq: expectedSeq })
  return { verdict: 'APPENDED', seq: expectedSeq, castAt }
}
