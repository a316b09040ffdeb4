import { createTokens } from '@livetally/api/auth'
import { readMasterKey } from '@livetally/core/voting'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How the project's commands find the system that runs with this LIVETALLY_HOME. */
export type RunningSystem = {
  url: string
  databaseUrl: string
  /** `host:port`, comma separated; null on the in-memory event log. */
  kafkaBrokers: string | null
  topicPrefix: string
  managerToken: string
  ingestToken: string
  pid: number
}

const ninetyDays = 90 * 24 * 3600

/** Tokens for the commands of whoever may read this folder, good for 90 days or until the master key changes. */
export async function issueLocalTokens(home: string, masterKey: string | undefined): Promise<Pick<RunningSystem, 'managerToken' | 'ingestToken'>> {
  const tokens = createTokens(await readMasterKey({ home, ...(masterKey === undefined ? {} : { masterKey }) }))
  const issue = (role: 'MANAGER' | 'INGEST') => tokens.issue({ role, subject: 'npm start', expiresInSeconds: ninetyDays })
  return { managerToken: await issue('MANAGER'), ingestToken: await issue('INGEST') }
}

/** Writes `running.json`, readable by its owner alone since it holds tokens. Returns how to remove it. */
export async function writeRunningFile(home: string, system: RunningSystem): Promise<() => Promise<void>> {
  const file = join(home, 'running.json')
  await writeFile(`${file}.new`, `${JSON.stringify(system, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return () => rm(file, { force: true })
}
