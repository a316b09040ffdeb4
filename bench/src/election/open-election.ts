import type { Election, Structure } from '@livetally/core/election'
import { createElectionStore, migrate, openDatabase, type Database } from '@livetally/core/store'
import { benchElection, type BenchShape } from './bench-election.js'

export interface OpenElection extends AsyncDisposable {
  /** As the API sees it. */
  readonly database: Database
  readonly election: Election
  readonly structure: Structure
}

/** Migrates a fresh database and opens an election of the benchmarks in it. */
export async function openElection(databaseUrl: string, shape: BenchShape): Promise<OpenElection> {
  await migrate(databaseUrl)
  const database = await openDatabase({ databaseUrl, role: 'api', applicationName: 'livetally-bench' })
  const election = await createOpenElection(database, shape)
  return { database, election, structure: election.structure, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

/** Creates, publishes and opens one more election of the benchmarks. */
export async function createOpenElection(database: Database, shape: BenchShape): Promise<Election> {
  const elections = createElectionStore(database)
  const created = await elections.create(benchElection(shape), Buffer.alloc(8, 1))
  if (!created.ok) throw new Error(created.reason)
  for (const change of ['publish', 'open'] as const) {
    const outcome = await elections.changePhase(created.key, change)
    if (!outcome.ok) throw new Error(outcome.message)
  }
  const election = await elections.load(created.key)
  if (election === undefined) throw new Error('The election has vanished.')
  return election
}
