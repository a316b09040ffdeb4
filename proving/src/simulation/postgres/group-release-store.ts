import type { GroupReleaseStore } from '@livetally/core/store'
import type { SimulatedProcess } from '../process.js'
import type { Postgres } from './postgres.js'
import { boxKey } from './tables.js'

/** What was decided stays; who publishes no more decides nothing. */
export function createSimulatedGroupReleaseStore(process: SimulatedProcess, postgres: Postgres): GroupReleaseStore {
  const known = (election: number) => postgres.tables.groupReleases.get(election) ?? []
  return {
    decided: (election) => process.ask(postgres, `released groups of ${election}`, () => [...known(election)]),
    decide: ({ election, epoch }, ends, sets) => process.ask(postgres, `release groups of ${election}`, () => {
      const isOfThisLedger = ends.every(({ box, sealedSeq, chain }) => {
        const row = postgres.tables.boxes.get(boxKey(election, box))
        return row?.sealedSeq === sealedSeq && row.chain === chain
      })
      if (postgres.tables.publishers.get(election)?.epoch !== epoch) return false
      if (isOfThisLedger) postgres.tables.groupReleases.set(election, [...known(election), ...sets.filter(({ names }) => !known(election).some((one) => one.names === names))])
      return true
    }),
  }
}
