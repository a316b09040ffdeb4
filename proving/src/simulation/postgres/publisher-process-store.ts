import type { PublisherProcessStore } from '@livetally/core/store'
import type { SimulatedProcess } from '../process.js'
import type { Postgres } from './postgres.js'

/** Signs of life of publishers. */
export function createSimulatedPublisherProcessStore(process: SimulatedProcess, postgres: Postgres): PublisherProcessStore {
  return {
    beat: (owner) => process.ask(postgres, 'beat of a publisher', () => {
      const { publisherProcesses } = postgres.tables
      publisherProcesses.set(owner, (publisherProcesses.get(owner) ?? 0) + 1)
      return [...publisherProcesses].flatMap(([other, beat]) => other === owner ? [] : [{ owner: other, beat }])
    }),
    openElections: (owner, limit) => process.ask(postgres, `open elections of ${owner}`, () => [...postgres.tables.publishers].flatMap(([election, row]) => {
      const phase = postgres.tables.elections.get(election)?.phase
      return row.owner === owner && (phase === 'OPEN' || phase === 'PAUSED') ? [{ election, epoch: row.epoch }] : []
    }).toSorted((one, other) => other.election - one.election).slice(0, limit)),
    leave: (owner) => process.ask(postgres, 'leave the publishers', () => { postgres.tables.publisherProcesses.delete(owner) }),
    forget: ({ owner, beat }) => process.ask(postgres, `forget ${owner}`, () => {
      if (postgres.tables.publisherProcesses.get(owner) === beat) postgres.tables.publisherProcesses.delete(owner)
    }),
  }
}
