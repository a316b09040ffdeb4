import { spawn, type ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inheritedEnvironment } from '../environment.js'
import { eventually } from '../processes/eventually.js'
import { projectRoot } from '../project-root.js'

export type LauncherUnderTest = {
  readonly pid: number
  /** All that it has printed so far, line by line. */
  readonly lines: () => string[]
  /** The address of the line `ready …`. Throws with the output if it ends before. */
  readonly ready: () => Promise<string>
  readonly says: (words: RegExp, limitMs?: number) => Promise<string>
  readonly end: (signal: NodeJS.Signals) => Promise<{ code: number | null, tookMs: number }>
  readonly exited: Promise<number | null>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** Runs what `npm start` runs once all is built, as a process of its own with the settings given. */
export function launch(settings: Record<string, string>, args: readonly string[] = []): LauncherUnderTest {
  const child = spawn(process.execPath, [join(projectRoot, 'local/dist/start/command.js'), ...args], {
    cwd: projectRoot,
    env: { ...inheritedEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const says = (words: RegExp, limitMs = 60_000) => eventually(() => {
    const found = output.split('\n').find((line) => words.test(line))
    if (found === undefined && child.exitCode !== null) return `It ended with exit code ${child.exitCode}:\n${output}`
    return found
  }, { limitMs, what: `${words} in:\n${output}` })
  return {
    pid: child.pid ?? 0,
    lines: () => output.trimEnd().split('\n'),
    ready: async () => {
      const line = await says(/^ready /, 240_000)
      if (!line.startsWith('ready ')) throw new Error(line)
      return line.slice('ready '.length)
    },
    says,
    end: (signal) => end(child, exited, signal),
    exited,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) await end(child, exited, 'SIGTERM')
    },
  }
}

async function end(child: ChildProcess, exited: Promise<number | null>, signal: NodeJS.Signals): Promise<{ code: number | null, tookMs: number }> {
  const since = performance.now()
  child.kill(signal)
  return { code: await exited, tookMs: performance.now() - since }
}

type ProcessEntry = { pid: number, parent: number, name: string }

async function allProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const entries = await Promise.all(pids.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const [, name = '', parent = ''] = /^\d+ \((.*)\) \S (\d+)/.exec(stat) ?? []
    return { pid: Number(pid), parent: Number(parent), name }
  }))
  return entries.filter(({ name }) => name !== '')
}

/** A process with all that it has started, and these in turn. */
export async function familyOf(pid: number): Promise<ProcessEntry[]> {
  const all = await allProcesses()
  const family = all.filter((entry) => entry.pid === pid)
  for (const member of family) family.push(...all.filter(({ parent }) => parent === member.pid))
  return family
}

/** Resident memory in bytes, shared pages shared out among those who map them. */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const sizes = await Promise.all(pids.map(async (pid) => {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
  }))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const ticksPerSecond = 100

/** Seconds of processor time that these processes, and children of theirs that are gone, have used so far. */
export async function processorSecondsOf(pids: readonly number[]): Promise<number> {
  const used = await Promise.all(pids.map(async (pid) => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    // After the name in brackets come state, parent …; fields 14 to 17 of the whole are user and system time, own and children's.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0)
  }))
  return used.reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond
}
