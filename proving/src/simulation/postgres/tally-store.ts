import { MINUTE_PANE_MS, NOTHING_ROLLED, PANE_MS, paneStart, type TallyRow } from '@livetally/core/election'
import type { BoxClaim, BoxFlush, BoxId, FlushRefusal, TallyStore } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import type { SimulatedProcess } from '../process.js'
import type { Postgres } from './postgres.js'
import { boxKey, generationKey, idsOf, type PositionRow } from './tables.js'

const HOUR_MS = 3_600_000

/** Tallies and positions. A flush is one transaction that holds the locks of its positions to the end: one instant. */
export function createSimulatedTallyStore(process: SimulatedProcess, postgres: Postgres, guards: Guards): TallyStore {
  const ownedBy = (claim: BoxClaim): PositionRow | undefined => {
    const position = postgres.tables.positions.get(boxKey(claim.election, claim.box))
    const isMine = position !== undefined && (position.epoch === claim.epoch || !guards.has('epoch of a tally')) && position.generation === claim.generation
    return isMine ? position : undefined
  }
  /** With the guard off: rows read before the box was claimed. */
  const early = new Map<string, TallyRow[]>()
  const claim = ({ election, box }: BoxId, views: readonly string[]): BoxClaim => {
    const position = postgres.tables.positions.get(boxKey(election, box)) ?? firstPosition()
    position.epoch += 1
    if (position.nextSeq === 0) position.views = views
    noteGeneration(postgres, { election, box }, position)
    postgres.tables.positions.set(boxKey(election, box), position)
    const { generation, nextSeq, chain, epoch, newestAt, rolled } = position
    return { election, box, generation, nextSeq, chain, epoch, newestAt: newestAt ?? Number.NEGATIVE_INFINITY, views: position.views, rolled }
  }
  const store: TallyStore = {
    claim: async ({ election, box }, views) => {
      if (!guards.has('claim before load')) early.set(boxKey(election, box), await process.ask(postgres, `load ${boxKey(election, box)} too early`, () => rowsOf(postgres, election, box, postgres.tables.positions.get(boxKey(election, box))?.generation ?? 1)))
      return process.ask(postgres, `claim ${boxKey(election, box)}`, () => claim({ election, box }, views))
    },
    load: ({ election, box, generation }, panesFrom) => process.ask(postgres, `load ${boxKey(election, box)}`, () =>
      (early.get(boxKey(election, box)) ?? rowsOf(postgres, election, box, generation)).filter((row) => row.view !== 'pane' || startOfPane(row) + sizeOfPane(row) > panesFrom)),
    flush: (flushes) => process.ask(postgres, `flush ${flushes.map((one) => `${boxKey(one.election, one.box)} ${one.fromSeq}→${one.toSeq}`).join(', ')}`, () => ({ refused: flush(postgres, flushes, guards) })),
    writeBeside: (claim, next, isFirst) => process.ask(postgres, `write ${boxKey(claim.election, claim.box)} beside, up to ${next.toSeq}`, () => {
      const position = ownedBy(claim)
      const isWhatWasWritten = isFirst || (position?.beside.generation === next.generation && position.beside.seq === next.fromSeq)
      if (position === undefined || !isWhatWasWritten) return false
      position.beside = { generation: next.generation, seq: next.toSeq, chain: next.chain }
      if (isFirst) dropTallies(postgres, claim, [claim.generation])
      write(postgres, next)
      return true
    }),
    replace: (claim, next) => process.ask(postgres, `replace ${boxKey(claim.election, claim.box)} up to ${next.toSeq}`, () => {
      const position = ownedBy(claim)
      const { generation, views, rolled } = next
      const isWritten = position?.beside.generation === generation && position.beside.seq === next.toSeq && position.beside.chain === next.chain
      if (position === undefined || !isWritten) return false
      dropTallies(postgres, claim, [claim.generation, generation])
      move(position, next)
      Object.assign(position, { generation, views, rolled, wantedGeneration: Math.max(position.wantedGeneration, generation) })
      noteGeneration(postgres, claim, position)
      return true
    }),
    outdated: () => process.ask(postgres, 'outdated boxes', () => [...postgres.tables.positions].flatMap(([key, { wantedGeneration, generation, definitionId }]) => {
      const isWanted = wantedGeneration > generation
      return isWanted || definitionId !== postgres.tables.elections.get(idsOf(key).election)?.definitionId ? [{ ...idsOf(key), isWanted }] : []
    })),
    noteDefinition: ({ election, box, generation, views }, definitionId) => process.ask(postgres, `note the definition of ${boxKey(election, box)}`, () => {
      const position = postgres.tables.positions.get(boxKey(election, box))
      if (position?.generation !== generation || position.views.join(' ') !== views.join(' ')) return false
      position.definitionId = definitionId
      return true
    }),
    rollable: (now, { tenSecondsMs, minutesMs }) => process.ask(postgres, 'boxes with old panes', () => [...postgres.tables.positions].flatMap(([key, { generation, newestAt }]) => {
      const id = idsOf(key)
      const isImported = postgres.tables.elections.get(id.election)?.structure.definition.time.source === 'IMPORTED'
      const ages = new Map([[PANE_MS, tenSecondsMs], [MINUTE_PANE_MS, minutesMs]])
      const isOld = (row: TallyRow): boolean => startOfPane(row) < paneStart((isImported ? newestAt ?? Number.NaN : now) - (ages.get(sizeOfPane(row)) ?? Number.NaN), HOUR_MS)
      return rowsOf(postgres, id.election, id.box, generation).some((row) => row.view === 'pane' && isOld(row)) ? [id] : []
    })),
    wantRebuild: (election) => process.ask(postgres, `want ${election} counted anew`, () => wantRebuild(postgres, election)),
    lagging: () => process.ask(postgres, 'lagging boxes', () => !guards.has('reconcile') ? [] : [...postgres.tables.boxes].flatMap(([key, { nextSeq: head }]) => {
      const nextSeq = postgres.tables.positions.get(key)?.nextSeq ?? 0
      return nextSeq === head ? [] : [{ ...idsOf(key), nextSeq, head }]
    })),
  }
  return store
}

function firstPosition(): PositionRow {
  return { generation: 1, nextSeq: 0, chain: '', epoch: 0, newestAt: null, views: [], rolled: NOTHING_ROLLED, definitionId: null, wantedGeneration: 1, beside: { generation: 0, seq: 0, chain: '' } }
}

/** Asks for every box of an election to be counted anew, as an operator does. */
export function wantRebuild({ tables }: Postgres, election: number): number {
  const wanted = [...tables.positions].filter(([key]) => idsOf(key).election === election)
  for (const [, position] of wanted) position.wantedGeneration = position.generation + 1
  return wanted.length
}

const startOfPane = ({ key }: TallyRow): number => Number(key.split('/')[1])
const sizeOfPane = ({ key }: TallyRow): number => Number(key.split('/')[2] ?? PANE_MS)

function noteGeneration({ tables }: Postgres, { election, box }: BoxId, { generation, views, rolled }: PositionRow): void {
  tables.generations.set(generationKey(election, box, generation), { views, rolled })
}

function dropTallies({ tables }: Postgres, { election, box }: BoxId, kept: readonly number[]): void {
  const names = kept.map((generation) => tallyKey({ election, box, generation }))
  for (const key of tables.tallies.keys()) if (key.startsWith(`${boxKey(election, box)}/`) && !names.includes(key)) tables.tallies.delete(key)
}

const tallyKey = ({ election, box, generation }: BoxId & { generation: number }): string => generationKey(election, box, generation)

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

function move(position: PositionRow, { toSeq, chain, newestAt }: Pick<BoxFlush, 'toSeq' | 'chain' | 'newestAt'>): void {
  Object.assign(position, { nextSeq: toSeq, chain, newestAt: Number.isFinite(newestAt) ? newestAt : null })
}

function write(postgres: Postgres, next: BoxFlush): void {
  const tally = postgres.tables.tallies.get(tallyKey(next)) ?? new Map<string, TallyRow>()
  for (const row of next.rows) tally.set(`${row.view}:${row.key}`, row)
  postgres.tables.tallies.set(tallyKey(next), tally)
}
