import { randomInt } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codesCsv } from '../roll/codes-csv.js'
import { syntheticRoll } from '../roll/synthetic-roll.js'
import type { ApiClient } from '../system/api-client.js'
import type { ElectionShape } from '../system/election-shape.js'
import { registerVoters } from '../system/voters.js'

/** File in LIVETALLY_HOME with voting codes for people who want to try the booth. */
export const DEMO_CODES_FILE = 'demo-voting-codes.csv'

const PEOPLE = 50

/**
 * Registers 50 voters whom the simulator leaves alone and writes their voting codes to the home folder, readable by
 * its owner only. A file that is there already is kept. Codes are shown once: where the file is lost, 50 other people
 * are registered. `isNewElection`: codes of an earlier election are of no use.
 */
export async function writeDemoCodes(client: ApiClient, shape: ElectionShape, home: string, isNewElection: boolean): Promise<string> {
  const path = join(home, DEMO_CODES_FILE)
  const kept = await readFile(path, 'utf8').catch(() => null)
  if (kept !== null && !isNewElection) return path
  const roll = syntheticRoll(shape, PEOPLE, String(randomInt(1_000_000)), 'visitor')
  const { registered } = await registerVoters(client, shape.id, roll)
  await mkdir(home, { recursive: true })
  // A file that was left there keeps the rights that it has, whatever is asked for.
  await rm(`${path}.new`, { force: true })
  await writeFile(`${path}.new`, codesCsv(roll, registered), { mode: 0o600, flag: 'wx' })
  await rename(`${path}.new`, path)
  return path
}

/** Codes of an earlier election are of no use to whoever waits for those of a new one. */
export async function forgetDemoCodes(home: string): Promise<void> {
  await rm(join(home, DEMO_CODES_FILE), { force: true })
}
