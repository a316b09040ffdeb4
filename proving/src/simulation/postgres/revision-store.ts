import type { BoxState, Revision, RevisionStore } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import type { SimulatedProcess } from '../process.js'
import { notSimulated } from './not-simulated.js'
import type { Postgres } from './postgres.js'
import { idsOf } from './tables.js'
import { rowsOf } from './tally-store.js'

/** Numbered results. `readBoxes` reads one snapshot: one instant. */
export function createSimulatedRevisionStore(process: SimulatedProcess, postgres: Postgres, guards: Guards): RevisionStore {
  const revisions = (election: number) => postgres.tables.revisions.get(election) ?? []
  return {
    find: notSimulated('find'),
    // No schedule lasts for a day.
    thin: async () => 0,
    firstHolding: notSimulated('firstHolding'),
    hasRecount: notSimulated('hasRecount'),
    // Nothing here is a day old.
    claim: (election) => process.ask(postgres, `claim publishing of ${election}`, () => {
      const row = postgres.tables.publishers.get(election) ?? { epoch: 0, lastRevision: 0, producedRevision: 0 }
      row.epoch += 1
      postgres.tables.publishers.set(election, row)
      return { election, ...row }
    }),
    async readBoxes(election, onBox, only) {
      const found = await process.ask(postgres, `read tallies of ${election}${only === undefined ? '' : `/${only}`}`, () => positionsOf(postgres, election)
        .filter(({ box }) => only === undefined || box === only)
        .map((state) => ({ ...state, rows: rowsOf(postgres, election, state.box, state.generation) })))
      found.forEach(onBox)
    },
    commit: (claim, revision, after = revision.revision - 1) => process.ask(postgres, `commit revision ${claim.election}/${revision.revision}`, () => {
      const row = postgres.tables.publishers.get(claim.election)
      if (row === undefined || (row.epoch !== claim.epoch && guards.has('epoch of a publisher')) || row.lastRevision !== after) return false
      row.lastRevision = revision.revision
      postgres.tables.revisions.set(claim.election, [...revisions(claim.election), { revision: revision.revision, isFull: revision.isFull, json: JSON.stringify(revision) }])
      return true
    }),
    noteProduced: ({ election, epoch }, revision) => process.ask(postgres, `note produced ${election}/${revision}`, () => {
      const row = postgres.tables.publishers.get(election)
      if (row?.epoch === epoch) row.producedRevision = Math.max(row.producedRevision, revision)
    }),
    positions: (election) => process.ask(postgres, `positions of ${election}`, () => positionsOf(postgres, election)),
    floors: (election) => process.ask(postgres, `floors of ${election}`, () => floorsOf(postgres, election)),
    latest: (election) => process.ask(postgres, `latest revision of ${election}`, () => revisions(election).at(-1)?.revision ?? 0),
    newest: (election) => process.ask(postgres, `newest revision of ${election}`, () => {
      const row = revisions(election).at(-1)
      if (row === undefined) return undefined
      const { revision, publishedAt } = revisionOf(row)
      return { revision, publishedAt }
    }),
    read: (election, from, limit) => process.ask(postgres, `read revisions of ${election} from ${from}`, () =>
      revisions(election).filter(({ revision }) => revision > from).slice(0, limit).map(revisionOf)),
    readFromFull: (election, upTo = Number.POSITIVE_INFINITY) => process.ask(postgres, `read revisions of ${election} from the last full one`, () => {
      const known = revisions(election).filter(({ revision }) => revision <= upTo)
      return known.slice(Math.max(0, known.findLastIndex(({ isFull }) => isFull))).map(revisionOf)
    }),
  }
}

export function revisionOf({ json }: { json: string }): Revision {
  return JSON.parse(json)
}

function positionsOf(postgres: Postgres, election: number): BoxState[] {
  return [...postgres.tables.boxes].flatMap(([key, { sealedSeq }]) => {
    const { box, ...id } = idsOf(key)
    const { generation = 1, nextSeq = 0, newestAt = null, views = [] } = postgres.tables.positions.get(key) ?? {}
    return id.election === election ? [{ box, generation, nextSeq, sealedSeq, newestAt, views }] : []
  })
}

/** As `box_floors`: under the locks of all boxes. */
function floorsOf(postgres: Postgres, election: number) {
  const { boxes, elections } = postgres.tables
  const granularityMs = elections.get(election)?.structure.definition.time.granularityMs ?? 1_000
  return [...boxes].flatMap(([key, row]) => {
    if (idsOf(key).election !== election) return []
    if (row.sealedSeq === null) row.lastCastAt = Math.max(row.lastCastAt, Math.floor(postgres.now / granularityMs) * granularityMs)
    return [{ box: idsOf(key).box, nextSeq: row.nextSeq, sealedSeq: row.sealedSeq, floor: row.lastCastAt }]
  })
}
