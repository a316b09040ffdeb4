import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { entries } from '../project-root.js'
import { eventually } from '../processes/eventually.js'
import { createRoleProcess, type RoleProcess } from '../processes/role-process.js'
import type { RunningSystem } from './running-file.js'

const codePattern = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/g

/** The first voting codes of a CSV as the simulator writes it, in the order of the file. */
export function votingCodesIn(csv: string, count: number): string[] {
  return [...csv.matchAll(codePattern)].slice(0, count).map(([code]) => code)
}

/** Finds the system by what is noted in LIVETALLY_HOME, where tokens are renewed. The demo election with its electorate: created if missing, opened, 10,000 ballots cast at once, then 40 a second. Goes on where it was. */
export function createDemo(home: string, logs: string, system: RunningSystem): RoleProcess {
  return createRoleProcess({
    name: 'demo election',
    entry: entries.simulate,
    args: ['--demo', '--seed', '42'],
    nodeFlags: ['--max-old-space-size=192'],
    env: {
      LIVETALLY_HOME: home,
      ...(system.kafkaBrokers === null ? {} : { KAFKA_BROKERS: system.kafkaBrokers }),
    },
    logFile: join(logs, 'demo.log'),
  })
}

/**
 * Three codes that nobody has used yet, from the file that the simulator writes once the election is open and its first
 * ballots are counted. Waits for it up to two minutes, or until the simulator ends.
 */
export async function awaitVotingCodes(home: string, demo: Pick<RoleProcess, 'pid' | 'log'>): Promise<string[]> {
  const file = join(home, 'demo-voting-codes.csv')
  const look = async () => {
    const written = await stat(file).then(({ size }) => size > 0, () => false)
    const codes = written ? votingCodesIn(await readFile(file, 'utf8'), 3) : []
    if (codes.length === 3) return codes
    if (demo.pid() === undefined) return []
    return undefined
  }
  const codes = await eventually(look, { limitMs: 120_000, everyMs: 100, what: 'the demo election' })
  if (codes.length === 0) throw new Error(`the simulator ended early: ${(await demo.log()).trim().split('\n').at(-1) ?? ''}`)
  return codes
}
