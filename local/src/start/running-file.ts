import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How the project's commands find the system that runs with this LIVETALLY_HOME. */
export type RunningSystem = {
  url: string
  /** As the logins that commands work as. */
  databaseUrls: { api: string, worker: string, auditor: string }
  /** `host:port`, comma separated; null on the in-memory event log. */
  kafkaBrokers: string | null
  topicPrefix: string
  managerToken: string
  ingestToken: string
  pid: number
}

/** Where it stands. */
export const runningFile = (home: string): string => join(home, 'running.json')

/** Writes `running.json`, readable by its owner alone since it holds tokens and passwords. Returns how to remove it. */
export async function writeRunningFile(home: string, system: RunningSystem): Promise<() => Promise<void>> {
  const file = runningFile(home)
  await writeFile(`${file}.new`, `${JSON.stringify(system, undefined, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return () => rm(file, { force: true })
}
