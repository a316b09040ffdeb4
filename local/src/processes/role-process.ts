import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { inheritedEnvironment } from '../environment.js'
import { LocalFault } from '../fault.js'
import { projectRoot } from '../project-root.js'
import { eventually } from './eventually.js'
import { startGuardedProcess, type Exit, type GuardedProcess, type GuardedProcessOptions } from './guarded-process.js'
import { logTail, rotateLog } from './log-tail.js'
import { createSpareProcess } from './spare-process.js'

export type RoleProcessOptions = {
  /** As people say it: `api`, `workers`. */
  name: string
  /** Built entry file, from the project's top folder. */
  entry: string
  args?: readonly string[]
  /** Its settings; nothing else of our own environment but what any program needs. */
  env: Record<string, string>
  logFile: string
  nodeFlags?: readonly string[]
  /** Answers 200 when the role can work. Without it a role counts as ready once it runs. */
  readyUrl?: string
  readyLimitMs?: number
  /** Keep a second process that has loaded its code and waits for its call (setting STAND_BY), so that the next start is short. */
  keepsSpare?: boolean
}

export type RoleProcess = {
  readonly name: string
  readonly pid: () => number | undefined
  /** Starts it unless it runs, and waits until it is ready. Throws with the end of its log if it dies or does not get ready. */
  readonly start: () => Promise<void>
  /** SIGTERM, time to drain, and SIGKILL after the limit (default 12 s). */
  readonly stop: (limitMs?: number) => Promise<Exit | undefined>
  /** Sends a signal (default SIGKILL); after one that ends it, waits until it is gone. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  /** Settles when the process that runs now is gone. */
  readonly exited: () => Promise<Exit | undefined>
  readonly log: () => Promise<string>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const notEnding: readonly NodeJS.Signals[] = ['SIGSTOP', 'SIGCONT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']

/** One role of LiveTally (or a command) as a real process that can be stopped, killed and started again. */
export function createRoleProcess(options: RoleProcessOptions): RoleProcess {
  const { name, entry, args = [], env, logFile, nodeFlags = [] } = options
  let running: GuardedProcess | undefined
  const launch = async (more: Pick<GuardedProcessOptions, 'hasInput'>, settings: Record<string, string>) => {
    const file = join(projectRoot, entry)
    await access(file).catch(() => {
      throw new LocalFault(`${entry} is missing: run npm run build first.`)
    })
    return startGuardedProcess({
      command: process.execPath,
      args: ['--enable-source-maps', ...nodeFlags, file, ...args],
      cwd: projectRoot,
      env: { ...inheritedEnvironment(), ...env, ...settings },
      logFile,
      farewell: 'TERM',
      ...more,
    })
  }
  const spare = createSpareProcess(() => launch({ hasInput: true }, { STAND_BY: 'true' }))
  const start = async () => {
    if (running !== undefined && running.exit() === undefined) return
    const called = spare.call()
    if (called === undefined) await rotateLog(logFile)
    running = called ?? await launch({}, {})
    await awaitReady(options, running)
    if (options.keepsSpare === true) spare.prepare()
  }
  const stop = async (limitMs = 12_000) => {
    await spare.dismiss()
    return running?.stop([{ signal: 'SIGTERM', waitMs: limitMs }])
  }
  return {
    name,
    pid: () => (running?.exit() === undefined ? running?.pid : undefined),
    start,
    stop,
    kill: async (signal = 'SIGKILL') => {
      running?.signal(signal)
      if (!notEnding.includes(signal)) await running?.exited
    },
    exited: async () => running?.exited,
    log: () => logTail(logFile, 65_536),
    [Symbol.asyncDispose]: async () => {
      // A process that was frozen by SIGSTOP hears SIGTERM only once it goes on.
      running?.signal('SIGCONT')
      await stop()
    },
  }
}

async function awaitReady({ name, readyUrl, logFile, readyLimitMs = 60_000 }: RoleProcessOptions, started: GuardedProcess): Promise<void> {
  if (readyUrl === undefined) return
  const ready = async () => {
    if (started.exit() !== undefined) return 'ended'
    const response = await fetch(readyUrl, { signal: AbortSignal.timeout(2000) })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`it answers ${response.status}`)
    return 'ready'
  }
  const failed = async (why: string) => new Error(`${name} ${why}. The end of its log:\n${await logTail(logFile, 4096)}`)
  const outcome = await eventually(ready, { limitMs: readyLimitMs, everyMs: 40, what: `${name} to be ready` }).catch(async (cause: unknown) => {
    await started.stop([{ signal: 'SIGTERM', waitMs: 2000 }])
    throw Object.assign(await failed(`did not get ready within ${readyLimitMs / 1000} s`), { cause })
  })
  if (outcome === 'ended') {
    const { code, signal } = await started.exited
    throw await failed(`ended at its start (${signal ?? `exit code ${code}`})`)
  }
}
