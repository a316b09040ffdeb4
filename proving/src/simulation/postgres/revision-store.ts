import type { BoxState, PublisherClaim, Revision, RevisionStore } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import type { SimulatedProcess } from '../process.js'
import { lastGranuleBefore } from './closing.js'
import { isDone } from '../completeness.js'
import { notSimulated } from './not-simulated.js'
import type { Postgres } from './postgres.js'
import { boxKey, idsOf, type PublisherRow, type RevisionRow } from './tables.js'
import { rowsOf } from './tally-store.js'

/** Numbered results. `readBoxes` reads one snapshot: one instant. */
export function createSimulatedRevisionStore(process: SimulatedProcess, postgres: Postgres, guards: Guards): RevisionStore {
  const revisions = (election: number) => postgres.tables.revisions.get(election) ?? []
  return {
    find: notSimulated('find'),
    thin: (claim, before) => process.ask(postgres, `thin revisions of ${claim.election}`, () => thin(postgres, claim, before)),
    firstHolding: notSimulated('firstHolding'),
    firstReleasing: notSimulated('firstReleasing'),
    hasRecount: (election, box, before) => process.ask(postgres, `recounts of ${election}`, () =>
      (postgres.tables.boxes.get(boxKey(election, box))?.entries ?? []).some((entry) => entry.seq < before && entry.kind === 'CORRECTION' && entry.correction.type === 'RECOUNT')),
    claim: (election, owner) => process.ask(postgres, `claim publishing of ${election}`, () => {
      const row = postgres.tables.publishers.get(election) ?? { epoch: 0, owner, lastRevision: 0, producedRevision: 0 }
      postgres.tables.publishers.set(election, row)
      return claimed(postgres, election, row, owner)
    }),
    takeOver: (election, owner, epoch) => process.ask(postgres, `take over publishing of ${election}`, () => {
      const row = postgres.tables.publishers.get(election)
      return row?.epoch === epoch ? claimed(postgres, election, row, owner) : undefined
    }),
    async readBoxes(election, onBox, only) {
      const found = await process.ask(postgres, `read tallies of ${election}${only === undefined ? '' : `/${only}`}`, () => positionsOf(postgres, election, guards)
        .filter(({ box }) => only === undefined || box === only)
        .map((state) => ({ ...state, rows: rowsOf(postgres, election, state.box, state.generation) })))
      found.forEach(onBox)
    },
    commit: (claim, revision, after = revision.revision - 1) => process.ask(postgres, `commit revision ${claim.election}/${revision.revision}`, () => {
      const row = postgres.tables.publishers.get(claim.election)
      if (row === undefined || (row.epoch !== claim.epoch && guards.has('epoch of a publisher')) || (row.lastRevision !== after && guards.has('one revision after another'))) return false
      if (row.epoch === claim.epoch && postgres.lastClaims.get(claim.election) !== claim) postgres.revived.add(claim.election)
      row.lastRevision = revision.revision
      postgres.tables.revisions.set(claim.election, [...revisions(claim.election), { revision: revision.revision, isFull: revision.isFull, replaces: 0, json: JSON.stringify(revision) }])
      return true
    }),
    noteProduced: ({ election, epoch }, revision) => process.ask(postgres, `note produced ${election}/${revision}`, () => {
      const row = postgres.tables.publishers.get(election)
      if (row?.epoch === epoch) row.producedRevision = Math.max(row.producedRevision, revision)
    }),
    positions: (election) => process.ask(postgres, `positions of ${election}`, () => positionsOf(postgres, election, guards)),
    floors: (election) => process.ask(postgres, `floors of ${election}`, () => floorsOf(postgres, election, guards)),
    latest: (election) => process.ask(postgres, `latest revision of ${election}`, () => revisions(election).at(-1)?.revision ?? 0),
    marks: (election, numbers) => process.ask(postgres, `marks of revisions of ${election}`, () => {
      const newest = revisions(election).at(-1)?.revision
      return revisions(election).filter(({ revision }) => revision === newest || numbers.includes(revision)).map((row) => {
        const { revision, publishedAt } = seenRevisionOf(row)
        return { revision, publishedAt }
      })
    }),
    read: (election, from, limit) => process.ask(postgres, `read revisions of ${election} from ${from}`, () =>
      revisions(election).filter(({ revision }) => revision > from).slice(0, limit).map(revisionOf)),
    readFromFull: (election, upTo = Number.POSITIVE_INFINITY) => process.ask(postgres, `read revisions of ${election} from the last full one`, () => {
      const known = revisions(election).filter(({ revision }) => revision <= upTo)
      return known.slice(Math.max(0, known.findLastIndex(({ isFull }) => isFull))).map(revisionOf)
    }),
  }
}

function claimed(postgres: Postgres, election: number, row: PublisherRow, owner: string): PublisherClaim {
  row.epoch += 1
  row.owner = owner
  const claim: PublisherClaim = { election, epoch: row.epoch, lastRevision: row.lastRevision, producedRevision: row.producedRevision }
  postgres.lastClaims.set(election, claim)
  return claim
}

function revisionOf({ json }: { json: string }): Revision {
  return JSON.parse(json)
}

const seen = new WeakMap<RevisionRow, Revision>()

/** The same for whoever only looks at it, parsed once. */
export function seenRevisionOf(row: RevisionRow): Revision {
  const known = seen.get(row) ?? revisionOf(row)
  seen.set(row, known)
  return known
}

/** Entries of an election's ledger that its newest revision does not name. */
export function countUnpublished({ tables }: Postgres, election: number): number {
  const newest = tables.revisions.get(election)?.at(-1)
  const vector = newest === undefined ? [] : seenRevisionOf(newest).vector
  return [...tables.boxes].filter(([id]) => idsOf(id).election === election)
    .reduce((sum, [id, { nextSeq }]) => sum + Math.abs(nextSeq - (vector.find(({ box }) => box === idsOf(id).box)?.nextSeq ?? 0)), 0)
}

function positionsOf(postgres: Postgres, election: number, guards: Guards): BoxState[] {
  const wanted = postgres.tables.elections.get(election)?.structure.breakdowns.map((names) => names.join(',')) ?? []
  return [...postgres.tables.boxes].flatMap(([key, { sealedSeq }]) => {
    const { box, ...id } = idsOf(key)
    const { generation = 1, nextSeq = 0, chain = '', newestAt = null, views = [] } = postgres.tables.positions.get(key) ?? {}
    return id.election === election ? [{ box, generation, nextSeq, sealedSeq, chain: guards.has('history of a tally') ? chain : '', newestAt, views: guards.has('breakdowns complete or not at all') ? views : wanted }] : []
  })
}

/** As `box_floors`: under the locks of all boxes, and never beyond the end of voting, where the seal lies. */
function floorsOf(postgres: Postgres, election: number, guards: Guards) {
  const { boxes, elections } = postgres.tables
  const row = elections.get(election)
  if (row === undefined) return []
  const { granularityMs } = row.structure.definition.time
  const floor = Math.min(Math.floor(postgres.now / granularityMs) * granularityMs, lastGranuleBefore(row, row.closesAt))
  return [...boxes].flatMap(([key, box]) => {
    if (idsOf(key).election !== election) return []
    const { nextSeq, sealedSeq } = box
    if (!guards.has('floor under the box lock')) return [{ box: idsOf(key).box, nextSeq, sealedSeq, floor: postgres.now + 10_000 }]
    if (sealedSeq === null) box.lastCastAt = Math.max(box.lastCastAt, floor)
    return [{ box: idsOf(key).box, nextSeq, sealedSeq, floor: box.lastCastAt }]
  })
}

/** As `thinRevisions`: of each minute the last one stays, with the changes of those that went. */
function thin({ tables }: Postgres, { election, epoch }: PublisherClaim, before: number): number {
  const known = tables.revisions.get(election) ?? []
  const limit = Math.floor(before / MINUTE_MS) * MINUTE_MS
  if (tables.publishers.get(election)?.epoch !== epoch) return 0
  const kept: RevisionRow[] = []
  for (const row of known) {
    const revision = seenRevisionOf(row)
    const last = kept.at(-1)
    const former = last && seenRevisionOf(last)
    const isSameMinute = former !== undefined && minuteOf(former) === minuteOf(revision) && revision.publishedAt < limit && former.publishedAt < limit
    if (!isSameMinute || last === undefined) {
      kept.push(row)
      continue
    }
    const changes = new Map((revision.isFull ? [] : former.rows).map((one) => [`${one.view}:${one.key}`, one]))
    for (const one of revision.rows) changes.set(`${one.view}:${one.key}`, one)
    const merged: Revision = { ...revision, isFull: revision.isFull || former.isFull, rows: [...changes.values()] }
    kept[kept.length - 1] = { revision: merged.revision, isFull: merged.isFull, replaces: merged.revision - former.revision + last.replaces, json: JSON.stringify(merged) }
  }
  tables.revisions.set(election, kept)
  return known.length - kept.length
}

const MINUTE_MS = 60_000
const minuteOf = ({ publishedAt }: Revision): number => Math.floor(publishedAt / MINUTE_MS)

/** As `certify_election` asks: the newest revision says that it is complete. */
export function isNewestDone({ tables }: Postgres, election: number): boolean {
  const newest = tables.revisions.get(election)?.at(-1)
  return newest !== undefined && isDone(seenRevisionOf(newest).status)
}
