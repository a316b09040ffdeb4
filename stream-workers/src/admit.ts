import { awaitAdmission } from '@livetally/core/store'
import { masterKeyFingerprint, masterKeyOrigin, readMasterKey } from '@livetally/core/voting'
import type { WorkerSettings } from './workers.js'

/** Resolves when the database has the tables that this release knows, and, where ballots are taken, the master key that we have. */
export async function admit({ databaseUrl, roles, ingest }: Pick<WorkerSettings, 'databaseUrl' | 'roles' | 'ingest'>, onObstacle: (sentence: string) => void): Promise<void> {
  if (!roles.includes('ingest') || ingest === undefined) return awaitAdmission({ databaseUrl, role: 'worker' }, { onObstacle })
  const key = { fingerprint: masterKeyFingerprint(await readMasterKey(ingest)), origin: masterKeyOrigin(ingest) }
  return awaitAdmission({ databaseUrl, role: 'ingest', key }, { onObstacle })
}
