import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'

export type Exit = { code: number | null, signal: NodeJS.Signals | null }

export type StopStep = { signal: NodeJS.Signals, waitMs: number }

export type GuardedProcess = {
  readonly pid: number
  /** Settles once, when the process is gone. Never rejects. */
  readonly exited: Promise<Exit>
  readonly exit: () => Exit | undefined
  readonly signal: (signal: NodeJS.Signals) => void
  /** Hands it input, if it was started with some to come. */
  readonly write: (text: string) => void
  /** Sends each signal in turn until the process is gone, and SIGKILL last. */
  readonly stop: (steps: readonly StopStep[]) => Promise<Exit>
}

export type GuardedProcessOptions = {
  command: string
  args: readonly string[]
  cwd?: string
  env: NodeJS.ProcessEnv
  /** Gets what the process prints, appended. */
  logFile: string
  /** Sent to the process if *this* process dies, by whatever means. */
  farewell: 'INT' | 'TERM'
  uid?: number
  gid?: number
  /** Open files handed to the child as its descriptors 3, 4, … */
  descriptors?: readonly number[]
  /** It will be written to. Its input ends when we are gone. */
  hasInput?: boolean
}

const guardScript = `
read -r _
kill -s "$2" "$1" 2>/dev/null || exit 0
tries=0
while kill -0 "$1" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 80 ]; then kill -9 "$1" 2>/dev/null; exit 0; fi
  sleep 0.1
done`

/**
 * A second, tiny process that waits at the end of a pipe which only we hold open. Should we vanish, even by
 * SIGKILL, the pipe closes and the guard stops the process that it watches.
 */
function startGuard(pid: number, farewell: string, env: NodeJS.ProcessEnv): () => void {
  const guard = spawn('/bin/sh', ['-c', guardScript, 'livetally-guard', String(pid), farewell], {
    cwd: '/',
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.on('error', () => undefined)
  guard.stdin.on('error', () => undefined)
  guard.unref()
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref()
  return () => guard.kill('SIGKILL')
}

/**
 * Starts a program in a process group of its own (Ctrl-C in the terminal reaches only us, and we stop our
 * children in order), and guards it: it does not outlive us. Throws what the operating system said if the
 * program cannot be started.
 */
export async function startGuardedProcess(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const log = openSync(options.logFile, 'a', 0o600)
  const child = spawn(options.command, [...options.args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
    env: options.env,
    stdio: [options.hasInput === true ? 'pipe' : 'ignore', log, log, ...(options.descriptors ?? [])],
    detached: true,
  })
  // Whoever is written to may be dead.
  child.stdin?.on('error', () => undefined)
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
  } finally {
    closeSync(log)
  }
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.command} has no process id`)
  const releaseGuard = startGuard(pid, options.farewell, options.env)
  let exit: Exit | undefined
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      exit = { code, signal }
      releaseGuard()
      resolve(exit)
    })
  })
  const signal = (name: NodeJS.Signals) => {
    if (exit === undefined) child.kill(name)
  }
  const write = (text: string) => void child.stdin?.write(text)
  return { pid, exited, exit: () => exit, signal, write, stop: (steps) => stopInSteps(exited, signal, steps) }
}

async function stopInSteps(
  exited: Promise<Exit>,
  signal: (name: NodeJS.Signals) => void,
  steps: readonly StopStep[],
): Promise<Exit> {
  for (const step of steps) {
    signal(step.signal)
    const exit = await settledWithin(exited, step.waitMs)
    if (exit !== undefined) return exit
  }
  signal('SIGKILL')
  return exited
}

/** The value of a promise if it settles within the time given, else `undefined`. */
export async function settledWithin<T>(promise: Promise<T>, waitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, waitMs, undefined)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
