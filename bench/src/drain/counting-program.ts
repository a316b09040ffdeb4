import { eventually, inheritedEnvironment } from '@livetally/local'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { RunningContestant } from './contestant.js'

/** A peer that prints `progress n` while it counts and `done [counts]` at its end. It is killed when disposed of, and with us. */
export function startCountingProgram(command: string, args: readonly string[], expected: readonly number[]): RunningContestant {
  const child = spawn(command, [...args], { env: inheritedEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] })
  let counted = 0
  let failure: string | undefined
  let errors = ''
  let counts: string | undefined
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => { failure = error.message; resolve() })
    child.once('exit', (code, signal) => { failure = `it ended (${signal ?? `exit code ${code}`}): ${errors.slice(-2_000)}`; resolve() })
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors = (errors + text).slice(-20_000) })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, rest = ''] = [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]
    if (word === 'progress') counted = Number(rest)
    if (word === 'done') counts = rest
  })
  return {
    pid: child.pid ?? 0,
    async counted() {
      if (failure !== undefined && counts === undefined) throw new Error(failure)
      return counted
    },
    async verify() {
      const found = await eventually(() => counts ?? (failure === undefined ? undefined : 'nothing'), { limitMs: 30_000, what: 'the final counts' })
      if (found.replaceAll(' ', '') !== JSON.stringify(expected)) throw new Error(`${command} counted ${found} instead of ${JSON.stringify(expected)}.`)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
