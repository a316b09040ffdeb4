import type { ElectorateStore } from '@livetally/core/store'
import type { SimulatedProcess } from '../process.js'
import type { Postgres } from './postgres.js'

/** Eligible voters as the definition tells them. Nobody registers in a simulation. */
export function createSimulatedElectorateStore(process: SimulatedProcess, postgres: Postgres): ElectorateStore {
  return {
    standing: (election) => process.ask(postgres, `eligible voters of ${election}`, () => ({
      eligible: new Map(postgres.tables.elections.get(election)?.structure.leaves.flatMap(({ id, definition }) => definition.eligibleVoters === undefined ? [] : [[id, definition.eligibleVoters] as const])),
      nextNumber: 0,
    })),
    groups: (election) => process.ask(postgres, `voters of ${election}`, () => []),
    published: (election) => process.ask(postgres, `published electorate of ${election}`, () => []),
  }
}
