import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { inheritedEnvironment } from '../environment.js'
import { entries, projectRoot, type EntryName } from '../project-root.js'

export type CommandResult = { code: number | null, stdout: string, stderr: string }

export type CommandLimits = { limitMs?: number, signal?: AbortSignal }

/**
 * Runs one of the project's commands to its end as a user would. Killed after `limitMs` (default 5 min);
 * rejects when the signal comes.
 */
export function runCommand(
  name: EntryName,
  args: readonly string[],
  env: Record<string, string>,
  { limitMs = 300_000, signal }: CommandLimits = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, entries[name]), ...args], {
    cwd: projectRoot,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
    ...(signal === undefined ? {} : { signal }),
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
  })
}
