import type { Election, Structure } from '@livetally/core/election'
import { createElectionStore, openDatabase, type Database } from '@livetally/core/store'
import { migrateForTests, testLoginUrl } from '@livetally/local/test-network'
import { benchElection, type BenchShape } from './bench-election.js'

export interface OpenElection extends AsyncDisposable {
  /** As the API sees it. */
  readonly database: Database
  readonly election: Election
  readonly structure: Structure
}

/** Migrates a fresh database, as its owner, and opens an election of the benchmarks in it. */
export async function openElection(ownerUrl: string, shape: BenchShape): Promise<OpenElection> {
  await migrateForTests(ownerUrl)
  const database = await openDatabase({ databaseUrl: testLoginUrl(ownerUrl, 'api'), role: 'api', applicationName: 'livetally-bench' })
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
