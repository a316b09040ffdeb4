import { createResults, NOTHING_ROLLED, toldRows, type ResultRow, type TallyRow } from '@livetally/core/election'
import type { Structure } from '@livetally/core/election'
import { parseBallotAccepted, TOPIC } from '@livetally/core/events'
import type { Installation } from './installation.js'
import type { VectorEntry } from '@livetally/core/store'
import type { AskedCorrection } from './clerks.js'
import { isDone, type Seals } from './completeness.js'
import type { AcknowledgedExtension } from './extensions.js'
import { judgeRevisions } from './judge-revisions.js'
import { keysOf } from './keys.js'
import { judgeSeals } from './judge-seals.js'
import { judgeTimes } from './judge-times.js'
import { digestAfter, type DigestedEntry } from './postgres/digest.js'
import { voterKey } from './postgres/ledger.js'
import { boxKey, generationKey, idsOf, type TrackerRow } from './postgres/tables.js'
import type { Postgres } from './postgres/postgres.js'
import { seenRevisionOf } from './postgres/revision-store.js'
import { rowsOf } from './postgres/tally-store.js'
import { countByHand, type CountedBox, type Counts } from './reference-count.js'
import { judgeChoices } from './shown-choices.js'
import { countsShown, differences, withoutPanes } from './shown-counts.js'
import type { Town } from './town.js'
import { voterIdOf, type Refusal, type Voter } from './voters.js'

export interface Evidence {
  town: Town
  postgres: Postgres
  installation: Installation
  voters: readonly Voter[]
  corrections: readonly AskedCorrection[]
  extensions: readonly AcknowledgedExtension[]
  /** Trackers of ballots that a restore took from the ledger. */
  lost: ReadonlySet<string>
  wasRestored: boolean
  /** No record was lost on its way into a topic, and none removed from it. */
  isLogSound: boolean
}

type Acceptance = Pick<TrackerRow, 'acceptedAt' | 'openSince'>

/** Everything that is wrong in the end, in words; empty if all is well. Whatever was restored from a backup is excused, and nothing else. */
export function judge(evidence: Evidence): string[] {
  return [...judgeLedger(evidence), ...judgeSeals(evidence.postgres.tables), ...judgeTimes(evidence.postgres.tables), ...judgeVoters(evidence), ...judgeCorrections(evidence), ...judgePhases(evidence), ...judgeLeases(evidence), ...judgeRelay(evidence), ...evidence.town.elections.flatMap((election) => judgeResults(evidence, election))]
}

/** The first entries of each box as a vector names them; without one, all entries as they are tallied now. */
export function countedBoxes({ tables }: Postgres, election: number, vector?: readonly VectorEntry[]): CountedBox[] {
  return [...tables.boxes].filter(([key]) => idsOf(key).election === election).map(([key, { entries }]) => {
    const { box } = idsOf(key)
    const named = vector?.find((one) => one.box === box)
    const generation = named?.generation ?? tables.positions.get(key)?.generation ?? 1
    const { rolled = NOTHING_ROLLED } = tables.generations.get(generationKey(election, box, generation)) ?? {}
    return { entries: vector === undefined ? entries : entries.slice(0, named?.nextSeq ?? 0), ...rolled }
  })
}

/** Where each box of an election is sealed, that of corrections last. */
export function sealsOf({ tables }: Postgres, election: number): Seals {
  return [...tables.boxes].filter(([key]) => idsOf(key).election === election).toSorted(([one], [other]) => idsOf(one).box - idsOf(other).box).map(([, { sealedSeq }]) => sealedSeq)
}

function judgeLedger({ postgres: { tables } }: Evidence): string[] {
  const problems: string[] = []
  for (const [key, box] of tables.boxes) {
    if (box.entries.some(({ seq }, at) => seq !== at) || box.entries.length !== box.nextSeq) problems.push(`box ${key} has a hole`)
    if (box.sealedSeq !== null && box.sealedSeq !== box.nextSeq) problems.push(`box ${key} was sealed at ${box.sealedSeq} and holds ${box.nextSeq} entries`)
    let chain = ''
    let waiting: DigestedEntry[] = []
    for (const { commitment, castAt, chain: mark } of box.entries) {
      waiting.push({ commitment, castAt })
      if (mark === undefined) continue
      chain = digestAfter(chain, waiting)
      waiting = []
      if (mark !== chain) problems.push(`the digests of box ${key} do not follow`)
    }
  }
  const ballots = [...tables.boxes.values()].flatMap(({ entries }) => entries).filter(({ kind }) => kind === 'BALLOT').length
  if (ballots !== tables.participations.size) problems.push(`${tables.participations.size} participations and ${ballots} ballots`)
  return problems
}

function judgeVoters({ postgres: { tables }, voters, lost, wasRestored }: Evidence): string[] {
  const accepted = new Map<string, Acceptance[]>()
  for (const { voter, ...acceptance } of tables.trackers.values()) accepted.set(voter, [...accepted.get(voter) ?? [], acceptance])
  return voters.flatMap((voter) => {
    const problems: string[] = []
    const mine = accepted.get(voterIdOf(voter)) ?? []
    const standing = [...voter.receipts].filter((tracker) => !lost.has(tracker))
    if (mine.length > 1) problems.push(`${voter.id} has ${mine.length} ballots in the ledger`)
    if (standing.length > 1) problems.push(`${voter.id} was given ${standing.length} receipts`)
    if (standing.some((tracker) => !tables.trackers.has(tracker))) problems.push(`${voter.id} was told "accepted", and the ballot is not there`)
    if (!voter.isAnswered) problems.push(`${voter.id} never got an answer`)
    if (wasRestored) return problems
    for (const acceptance of mine) {
      // Once voting has ended nobody hears under another key that the voter has voted.
      const mayHide = ({ phase, idempotencyKey }: Refusal): boolean => (phase === 'CLOSED' || phase === 'CERTIFIED') && !isCountedUnder(voter, idempotencyKey, tables)
      if (voter.refusals.some((refusal) => refusal.arrivedAt > acceptance.acceptedAt && !mayHide(refusal))) problems.push(`${voter.id} was told "not open" when the ballot had been accepted`)
      if (voter.refusals.some((refusal) => isBroken(refusal, acceptance, voter))) problems.push(`${voter.id} was told "not open", and then the ballot was accepted`)
    }
    return problems
  })
}

function isCountedUnder({ election, voterRef }: Voter, idempotencyKey: string, { elections, participations }: Postgres['tables']): boolean {
  const slug = elections.get(election)?.structure.definition.slug ?? ''
  return participations.get(voterKey(election, { voterRef }))?.keyHash.equals(keysOf(slug).idempotencyHash(voterRef, idempotencyKey)) === true
}

/** Who hears "not open" has not voted, and will not have, unless a request that was not refused meets an election that is open. */
function isBroken({ phase, arrivedAt, heardAt }: Refusal, { acceptedAt, openSince }: Acceptance, { arrivals, phaseReads, refusals }: Voter): boolean {
  const isSince = (from: number) => (at: number): boolean => at > from && at <= acceptedAt
  const isUnrefused = (arrival: number): boolean => refusals.every((refusal) => refusal.arrivedAt !== arrival)
  // A request for which the phase was read once voting was open has met the open election, whenever another one's refusal is heard.
  const metOpen = phaseReads.filter((read) => isUnrefused(read.arrivedAt)).some(({ at }) => isSince(openSince)(at))
  if (heardAt >= acceptedAt || arrivals.some(isSince(arrivedAt)) || phaseReads.some(({ at }) => isSince(heardAt)(at)) || metOpen) return false
  // Refused while voting was open, by an API that a pause had passed by: "cast it again". It binds nothing that has met the open election elsewhere.
  return phase !== 'OPEN' || !arrivals.filter(isUnrefused).some(isSince(openSince))
}

/** A restored database may give an epoch of a lease to two: they repeat each other, and nothing else. */
function judgeLeases({ postgres: { twiceRelayed }, wasRestored }: Evidence): string[] {
  return wasRestored ? [] : [...twiceRelayed].map((box) => `box ${box} had two relays at once`)
}

/** Where nothing in the log was lost, the relay owes it every entry: it may not count on the ledger being read. */
function judgeRelay({ postgres: { tables }, installation: { kafka }, isLogSound }: Evidence): string[] {
  if (!isLogSound) return []
  const sent = new Set(kafka.topics.partitions(TOPIC.ballots).flat().flatMap(({ value }) => {
    const parsed = parseBallotAccepted(value)
    return parsed.ok ? [parsed.event.commitment] : []
  }))
  return [...tables.boxes].flatMap(([key, { entries }]) => {
    const unsent = entries.filter(({ commitment }) => !sent.has(commitment))
    return unsent.length === 0 ? [] : [`the relay never sent ${unsent.length} entries of box ${key}, the first being ${unsent[0]?.seq}`]
  })
}

function judgeCorrections({ postgres: { tables }, corrections, wasRestored }: Evidence): string[] {
  return corrections.flatMap(({ election, correction, isConfirmed }) => {
    const box = boxKey(election, tables.elections.get(election)?.structure.correctionsBox ?? 0)
    const count = (tables.boxes.get(box)?.entries ?? []).filter((entry) => entry.kind === 'CORRECTION' && entry.correction === correction).length
    if (count > 1) return [`a correction lies ${count} times in the ledger`]
    return isConfirmed && count === 0 && !wasRestored ? ['a correction was confirmed, and is not in the ledger'] : []
  })
}

/** Voting lasts as long as a clerk was told, and what is certified had been published. */
function judgePhases({ postgres: { tables, certifiedEarly }, extensions, wasRestored }: Evidence): string[] {
  const overrun = wasRestored ? [] : extensions.filter(({ election, closesAt }) => {
    const closedAt = tables.elections.get(election)?.closedByClockAt ?? null
    return closedAt !== null && closedAt < closesAt
  })
  return [
    ...overrun.map(({ election, closesAt }) => `election ${election} was extended until ${closesAt}, and the clock closed it before`),
    ...[...certifiedEarly].map((election) => `election ${election} was certified before all of its ledger was published`),
  ]
}

function judgeResults({ postgres, installation, lost, wasRestored }: Evidence, { key }: Town['elections'][number]): string[] {
  const structure = postgres.tables.elections.get(key)?.structure
  if (structure === undefined) return [`election ${key} is gone`]
  // A ballot that a restore took, and the same one when its request casts it again, differ in nothing but their time: the record of the first may be counted.
  const isTimed = ![...lost].some((tracker) => postgres.tables.trackers.get(tracker)?.election === key)
  const differing = (wanted: Counts, found: Counts): string[] => isTimed ? differences(wanted, found) : differences(withoutPanes(wanted), withoutPanes(found))
  const expected = countByHand(structure.definition, countedBoxes(postgres, key))
  const problems: string[] = []
  const compare = (who: string, rows: readonly ResultRow[]): void => {
    const results = createResults(structure)
    results.apply(1, rows, true)
    problems.push(...differing(tallied(structure, expected), tallied(structure, countsShown(structure, results.at()))).map((difference) => `election ${key}, ${who}: ${difference}`))
  }
  compare('tallies', addUp(postgres, key, structure))
  const revisions = (postgres.tables.revisions.get(key) ?? []).map(seenRevisionOf)
  const newest = revisions.at(-1)
  if (newest === undefined) return [...problems, `election ${key} was never published`]
  if (!isDone(newest.status)) problems.push(`election ${key} ended as ${newest.status}`)
  if (revisions.some(({ revision }, at) => at > 0 && revision <= (revisions[at - 1]?.revision ?? 0))) problems.push(`revisions of election ${key} do not ascend`)
  if (!wasRestored) problems.push(...judgeRevisions(revisions, sealsOf(postgres, key)).map((problem) => `election ${key}, ${problem}`))
  for (const { box, nextSeq, sealedSeq } of newest.vector) {
    const head = postgres.tables.boxes.get(boxKey(key, box))
    if (head?.nextSeq !== nextSeq || (head.sealedSeq ?? null) !== sealedSeq) problems.push(`the last revision of election ${key} holds box ${box} up to ${nextSeq} (sealed ${sealedSeq}) of ${head?.nextSeq} (sealed ${head?.sealedSeq})`)
  }
  const isAll = newest.vector.every(({ box, generation, nextSeq }) => {
    const { tables } = postgres
    return tables.boxes.get(boxKey(key, box))?.nextSeq === nextSeq && tables.positions.get(boxKey(key, box))?.generation === generation
  }) && newest.vector.length === structure.correctionsBox + 1
  const published = isAll ? expected : countByHand(structure.definition, countedBoxes(postgres, key, newest.vector))
  const results = createResults(structure)
  for (const revision of revisions.slice(Math.max(0, revisions.findLastIndex(({ isFull }) => isFull)))) results.apply(revision.revision, revision.rows, revision.isFull)
  problems.push(...differing(published, countsShown(structure, results.at())).map((difference) => `election ${key}, revision ${newest.revision}: ${difference}`))
  for (const { process, feeds } of installation.machines) {
    const shown = feeds.get(key)?.current()
    if (shown === undefined) continue
    if (JSON.stringify(shown.election.structure.definition) !== JSON.stringify(structure.definition)) problems.push(`${process.name} shows another definition of election ${key} than the database holds`)
    if (shown.facts.revision !== newest.revision) problems.push(`${process.name} shows revision ${shown.facts.revision} of ${newest.revision}`)
    problems.push(...judgeChoices(structure, countedBoxes(postgres, key, newest.vector), shown.at).map((problem) => `election ${key} as ${process.name} shows it: ${problem}`))
    problems.push(...differing(published, countsShown(structure, shown.at)).map((difference) => `election ${key} as ${process.name} shows it: ${difference}`))
  }
  return problems
}

/** Tallies hold choices where they are released: where that is wider than a place, it is the publisher that shows them at their places. */
function tallied({ definition }: Structure, counts: Counts): Counts {
  return definition.ballotSecrecy === 'SECRET' && definition.releaseUnits !== undefined ? Object.fromEntries(Object.entries(counts).filter(([name]) => !name.startsWith('contest '))) : counts
}

/** The stored tallies of all boxes, row by row. */
function addUp(postgres: Postgres, election: number, structure: Structure): ResultRow[] {
  const sums = new Map<string, { view: TallyRow['view'], key: string, counts: number[] }>()
  for (let box = 0; box <= structure.correctionsBox; box += 1) {
    const { generation = 1 } = postgres.tables.positions.get(boxKey(election, box)) ?? {}
    for (const { view, key, counts } of rowsOf(postgres, election, box, generation)) {
      const sum = sums.get(`${view}:${key}`) ?? { view, key, counts: [] }
      sums.set(`${view}:${key}`, { ...sum, counts: counts.map((count, at) => count + (sum.counts[at] ?? 0)) })
    }
  }
  return toldRows(structure, sums.values())
}
