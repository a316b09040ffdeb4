import type { BallotLedger, BoxHead, CastAnswer, CastRow } from '@livetally/core/store'
import type { BoxEntry } from '@livetally/core/election'
import type { Guards } from '../guards.js'
import type { SimulatedProcess } from '../process.js'
import { createCastTimes, type CastTimes } from './cast-times.js'
import { digestAfter } from './digest.js'
import { notSimulated } from './not-simulated.js'
import type { Postgres } from './postgres.js'
import { boxKey, idsOf, type BoxRow, type ElectionRow } from './tables.js'

/** The ledger as migration create-ledger writes it: `cast_batch` is one transaction under the box lock, so one instant here. */
export function createSimulatedLedger(process: SimulatedProcess, postgres: Postgres, guards: Guards): BallotLedger {
  const heads = (wanted: (id: { election: number, box: number }, box: BoxRow) => boolean): BoxHead[] =>
    [...postgres.tables.boxes].flatMap(([key, box]) => wanted(idsOf(key), box) ? [{ ...idsOf(key), nextSeq: box.nextSeq, sealedSeq: box.sealedSeq }] : [])
  const slice = (election: number, box: number, from: number, limit: number): BoxEntry[] =>
    postgres.tables.boxes.get(boxKey(election, box))?.entries.slice(from, from + limit) ?? []
  return {
    hasVoted: notSimulated('hasVoted'),
    [Symbol.asyncDispose]: async () => undefined,
    castBatch: (election, box, rows) => process.ask(postgres, `cast_batch ${boxKey(election, box)} of ${rows.length}`, () => castBatch(postgres, election, box, rows, guards)),
    findByTracker: (tracker) => process.ask(postgres, 'find a ballot by its tracker', () => {
      const at = postgres.tables.trackers.get(tracker)
      const entry = at && postgres.tables.boxes.get(boxKey(at.election, at.box))?.entries[at.seq]
      return at && entry?.kind === 'BALLOT' ? { ...at, castAt: entry.castAt, commitment: Buffer.from(entry.commitment, 'hex'), unit: entry.unit, channel: entry.channel } : undefined
    }),
    heads: (election) => process.ask(postgres, `heads of ${election}`, () => heads((id) => id.election === election)),
    openHeads: () => process.ask(postgres, 'open heads', () => heads(({ election, box }, { sealedSeq, nextSeq }) =>
      sealedSeq === null || nextSeq > (postgres.tables.relays.get(boxKey(election, box))?.nextSeq ?? 0))),
    readSlices: (slices) => process.ask(postgres, `read ${slices.map(({ election, box, from }) => `${boxKey(election, box)} from ${from}`).join(', ')}`, () =>
      slices.flatMap(({ election, box, from, limit }) => slice(election, box, from, limit).map((entry) => ({ election, box, entry })))),
    read: (election, box, from, limit) => process.ask(postgres, `read ${boxKey(election, box)} from ${from}`, () => slice(election, box, from, limit)),
  }
}

function castBatch(postgres: Postgres, election: number, box: number, rows: readonly CastRow[], guards: Guards): CastAnswer[] {
  const { tables } = postgres
  const at = tables.boxes.get(boxKey(election, box))
  const row = tables.elections.get(election)
  if (at === undefined || row === undefined) throw new Error(`Election ${election} has no ballot box ${box}.`)
  const now = postgres.now
  const times = createCastTimes(row, { box: at, now }, guards)
  const isOpen = row.phase === 'OPEN' && now < row.closesAt && at.sealedSeq === null
  const accepted = isOpen || !guards.has('sealed box') ? accept(postgres, row, box, rows, times, guards) : new Set<CastRow>()
  return rows.map((one): CastAnswer => {
    if (accepted.has(one)) return { verdict: 'ACCEPTED', castAt: times.of(one) }
    const participation = tables.participations.get(voterKey(election, one))
    if (participation !== undefined && (isOpen || guards.has('repeats answered in every phase'))) return { verdict: 'EXISTS', ...participation }
    const outside = row.phase === 'OPEN' ? times.refusal(one) : undefined
    return outside ?? { verdict: 'NOT_OPEN', phase: row.phase === 'OPEN' && now >= row.closesAt ? 'CLOSED' : row.phase }
  })
}

/** Writes participations and ballots of those who may vote and have not: in the order of their trackers, the last one with the box's digest. */
function accept(postgres: Postgres, { key, phaseVersion, phaseSince }: ElectionRow, at: number, rows: readonly CastRow[], times: CastTimes, guards: Guards): Set<CastRow> {
  const { participations, boxes } = postgres.tables
  const box = boxes.get(boxKey(key, at))
  if (box === undefined) return new Set()
  const winners = new Map<string, CastRow>()
  for (const row of rows) {
    const voter = voterKey(key, row)
    const mayVote = (row.phaseVersion === phaseVersion || !guards.has('phase version')) && times.refusal(row) === undefined
    if (mayVote && !winners.has(voter) && (!participations.has(voter) || !guards.has('participation key'))) winners.set(voter, row)
  }
  const ballots = [...winners.values()].toSorted((one, other) => one.tracker < other.tracker ? -1 : 1)
  if (ballots.length === 0) return new Set()
  box.chain = digestAfter(box.chain, ballots.map((row) => ({ commitment: row.commitment.toString('hex'), castAt: times.of(row) })))
  box.lastCastAt = times.floor
  for (const [voter, { keyHash, sealedReceipt }] of winners) participations.set(voter, { keyHash, sealedReceipt })
  ballots.forEach((row, place) => {
    postgres.tables.trackers.set(row.tracker, { election: key, box: at, seq: box.nextSeq, voter: voterKey(key, row), acceptedAt: postgres.sinceStart, openSince: phaseSince, clock: postgres.now })
    box.entries.push({
      kind: 'BALLOT', seq: box.nextSeq, ...row.ballot, castAt: times.of(row), commitment: row.commitment.toString('hex'),
      ...place === ballots.length - 1 ? { chain: box.chain } : {},
    })
    box.nextSeq += 1
    box.newestAt = Math.max(box.newestAt, times.of(row))
  })
  return new Set(ballots)
}

export function voterKey(election: number, { voterRef }: { voterRef: Buffer }): string {
  return `${election}/${voterRef.toString('latin1')}`
}
