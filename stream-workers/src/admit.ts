import { awaitAdmission } from '@livetally/core/store'
import { masterKeyFingerprint, masterKeyOrigin, readMasterKey } from '@livetally/core/voting'
import type { WorkerSettings } from './workers.js'

/** Resolves when the database lets our logins in, has the tables that this release knows, and, where ballots are taken, the master key that we have. */
export async function admit({ databaseUrl, roles, ingest }: Pick<WorkerSettings, 'databaseUrl' | 'roles' | 'ingest'>, onObstacle: (sentence: string) => void): Promise<void> {
  if (roles.some((role) => role !== 'ingest')) await awaitAdmission({ databaseUrl, role: 'worker' }, { onObstacle })
  if (!roles.includes('ingest') || ingest === undefined) return
  const key = { fingerprint: masterKeyFingerprint(await readMasterKey(ingest)), origin: masterKeyOrigin(ingest) }
  await awaitAdmission({ databaseUrl: ingest.databaseUrl ?? databaseUrl, role: 'ingest', key }, { onObstacle })
}
