import type { RelayNote, RelayStore } from '@livetally/core/store'
import type { Guards } from '../guards.js'
import type { SimulatedProcess } from '../process.js'
import type { Postgres } from './postgres.js'
import { boxKey, idsOf, type RelayRow } from './tables.js'

/** Leases of the relay. `leases` is two statements, and so two instants. */
export function createSimulatedRelayStore(process: SimulatedProcess, postgres: Postgres, guards: Guards): RelayStore {
  const mine = (notes: readonly RelayNote[]): { note: RelayNote, row: RelayRow }[] => notes.flatMap((note) => {
    const row = postgres.tables.relays.get(boxKey(note.election, note.box))
    return row !== undefined && (row.epoch === note.epoch || !guards.has('epoch of a lease')) ? [{ note, row }] : []
  })
  return {
    async leases() {
      await process.ask(postgres, 'make leases', () => {
        for (const key of postgres.tables.boxes.keys()) if (!postgres.tables.relays.has(key)) postgres.tables.relays.set(key, { nextSeq: 0, owner: null, epoch: 0, beat: 0 })
      })
      return process.ask(postgres, 'leases', () => [...postgres.tables.relays].flatMap(([key, row]) => {
        const box = postgres.tables.boxes.get(key)
        return box !== undefined && (box.sealedSeq === null || row.nextSeq < box.nextSeq) ? [{ ...idsOf(key), ...row }] : []
      }))
    },
    take: (lease, owner) => process.ask(postgres, `take lease ${boxKey(lease.election, lease.box)}`, () => {
      const row = postgres.tables.relays.get(boxKey(lease.election, lease.box))
      if (row === undefined || (guards.has('epoch of a lease') && (row.epoch !== lease.epoch || row.beat !== lease.beat))) return undefined
      Object.assign(row, { owner, epoch: row.epoch + 1, beat: row.beat + 1 })
      return row.epoch
    }),
    beat: (notes) => process.ask(postgres, 'beat', () => mine(notes).map(({ note, row }) => {
      if (row.owner !== null && row.owner !== process.name) postgres.twiceRelayed.add(boxKey(note.election, note.box))
      Object.assign(row, { beat: row.beat + 1, nextSeq: Math.max(row.nextSeq, note.nextSeq) })
      return { election: note.election, box: note.box }
    })),
    release: (notes) => process.ask(postgres, 'release leases', () => {
      for (const { note, row } of mine(notes)) Object.assign(row, { owner: null, beat: row.beat + 1, nextSeq: Math.max(row.nextSeq, note.nextSeq) })
    }),
  }
}
