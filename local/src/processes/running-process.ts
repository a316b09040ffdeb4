import { readFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { eventually } from './eventually.js'

const run = promisify(execFile)

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The command line of a process with its arguments set apart by blanks; `undefined` if there is no such process. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim()
  } catch {
    return run('ps', ['-o', 'command=', '-p', String(pid)]).then(({ stdout }) => stdout.trim(), () => undefined)
  }
}

/** Ends a process that an earlier run has left behind: the polite signal first, SIGKILL after `waitMs`. */
export async function endLeftover(pid: number, polite: NodeJS.Signals, waitMs = 5000): Promise<void> {
  const send = (signal: NodeJS.Signals) => {
    try {
      process.kill(pid, signal)
    } catch {
      // gone in the meantime
    }
  }
  send(polite)
  const gone = () => !isAlive(pid)
  await eventually(gone, { limitMs: waitMs, what: `process ${pid} to end` }).catch(() => send('SIGKILL'))
  await eventually(gone, { limitMs: 5000, what: `process ${pid} to end` })
}
