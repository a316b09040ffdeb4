import { NOTHING_ROLLED, PANE_MS, type TallyRow } from '@livetally/core/election'
import type { BoxFlush, BoxId, FlushRefusal, TallyStore } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import type { SimulatedProcess } from '../process.js'
import { notSimulated } from './not-simulated.js'
import type { Postgres } from './postgres.js'
import { boxKey, idsOf, type PositionRow } from './tables.js'

/** Tallies and positions. A flush is one transaction that holds the locks of its positions to the end: one instant. */
export function createSimulatedTallyStore(process: SimulatedProcess, postgres: Postgres, guards: Guards): TallyStore {
  const store: TallyStore = {
    claim: ({ election, box }, views) => process.ask(postgres, `claim ${boxKey(election, box)}`, () => {
      const position = postgres.tables.positions.get(boxKey(election, box)) ?? { generation: 1, nextSeq: 0, chain: '', epoch: 0, newestAt: null, views: [] }
      if (position.nextSeq === 0) position.views = views
      position.epoch += 1
      postgres.tables.positions.set(boxKey(election, box), position)
      return { election, box, ...position, newestAt: position.newestAt ?? Number.NEGATIVE_INFINITY, rolled: NOTHING_ROLLED }
    }),
    load: ({ election, box, generation }, panesFrom) => process.ask(postgres, `load ${boxKey(election, box)}`, () =>
      rowsOf(postgres, election, box, generation).filter(({ view, key }) => view !== 'pane' || Number(key.split('/')[1]) + PANE_MS > panesFrom)),
    flush: (flushes) => process.ask(postgres, `flush ${flushes.map((one) => `${boxKey(one.election, one.box)} ${one.fromSeq}→${one.toSeq}`).join(', ')}`, () => ({ refused: flush(postgres, flushes, guards) })),
    writeBeside: (claim, next, isFirst) => process.ask(postgres, `write beside ${boxKey(claim.election, claim.box)} up to ${next.toSeq}`, () => {
      if (!isOwner(postgres, claim, guards)) return false
      if (isFirst) dropOthers(postgres, claim, [claim.generation])
      write(postgres, next)
      return true
    }),
    outdated: async () => [],
    rollable: async () => [],
    noteDefinition: notSimulated('noteDefinition'),
    wantRebuild: notSimulated('wantRebuild'),
    replace: (claim, next) => process.ask(postgres, `replace ${boxKey(claim.election, claim.box)} up to ${next.toSeq}`, () => {
      const position = postgres.tables.positions.get(boxKey(claim.election, claim.box))
      if (position === undefined || !isOwner(postgres, claim, guards)) return false
      dropOthers(postgres, claim, [claim.generation, next.generation])
      move(position, next)
      Object.assign(position, { generation: next.generation, views: next.views })
      write(postgres, next)
      return true
    }),
    lagging: () => process.ask(postgres, 'lagging boxes', () => [...postgres.tables.boxes].flatMap(([key, { nextSeq: head }]) => {
      const nextSeq = postgres.tables.positions.get(key)?.nextSeq ?? 0
      return nextSeq === head ? [] : [{ ...idsOf(key), nextSeq, head }]
    })),
  }
  return store
}

function isOwner(postgres: Postgres, claim: BoxId & { epoch: number, generation: number }, guards: Guards): boolean {
  const position = postgres.tables.positions.get(boxKey(claim.election, claim.box))
  return position !== undefined && (position.epoch === claim.epoch || !guards.has('epoch of a tally')) && position.generation === claim.generation
}

function dropOthers(postgres: Postgres, { election, box }: BoxId, generations: readonly number[]): void {
  const kept = new Set(generations.map((generation) => tallyKey({ election, box, generation })))
  for (const key of postgres.tables.tallies.keys()) if (key.startsWith(`${boxKey(election, box)}/`) && !kept.has(key)) postgres.tables.tallies.delete(key)
}

const tallyKey = ({ election, box, generation }: BoxId & { generation: number }): string => `${boxKey(election, box)}/${generation}`

export function rowsOf(postgres: Postgres, election: number, box: number, generation: number): TallyRow[] {
  return [...postgres.tables.tallies.get(tallyKey({ election, box, generation }))?.values() ?? []]
}

/** One box with another ledger must not hold up its neighbours: the rest is flushed without it, as in core/store. */
function flush(postgres: Postgres, flushes: readonly BoxFlush[], guards: Guards): (BoxId & { reason: FlushRefusal })[] {
  return flushes.flatMap((one): (BoxId & { reason: FlushRefusal })[] => {
    const { election, box } = one
    const position = postgres.tables.positions.get(boxKey(election, box))
    const isMine = position !== undefined && (position.epoch === one.epoch || !guards.has('epoch of a tally'))
      && (position.generation === one.generation || !guards.has('generation')) && (position.nextSeq === one.fromSeq || !guards.has('position of a flush'))
    if (!isMine) return [{ election, box, reason: 'NOT_MINE' }]
    const last = postgres.tables.boxes.get(boxKey(election, box))?.entries[one.toSeq - 1]
    if (last?.chain !== one.chain && guards.has('chain of a flush')) return [{ election, box, reason: 'OTHER_LEDGER' }]
    move(position, one)
    write(postgres, one)
    return []
  })
}

function move(position: PositionRow, { toSeq, chain, newestAt }: BoxFlush): void {
  Object.assign(position, { nextSeq: toSeq, chain, newestAt: Number.isFinite(newestAt) ? newestAt : null })
}

function write(postgres: Postgres, next: BoxFlush): void {
  const tally = postgres.tables.tallies.get(tallyKey(next)) ?? new Map<string, TallyRow>()
  for (const row of next.rows) tally.set(`${row.view}:${row.key}`, row)
  postgres.tables.tallies.set(tallyKey(next), tally)
}
