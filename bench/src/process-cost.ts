import { readdir, readFile } from 'node:fs/promises'

/** Kernel clock ticks a second, as Linux has it on every machine this runs on. */
const TICKS_PER_SECOND = 100

/** CPU time in ms that a process, its threads and its living children have used. Linux only: read from /proc. */
export async function cpuTimeMs(pid: number): Promise<number> {
  const ticks = (await readFamily(pid)).reduce((sum, process) => sum + process.ticks, 0)
  return (ticks / TICKS_PER_SECOND) * 1_000
}

/** Memory of a process and its living children in MiB; what they share with others is divided by how many share it. */
export async function familyPssMiB(pid: number): Promise<number> {
  const sizes = await Promise.all((await readFamily(pid)).map(async (process) => {
    const rollup = await readFile(`/proc/${process.pid}/smaps_rollup`, 'utf8').catch(() => '')
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0)
  }))
  return sizes.reduce((sum, size) => sum + size, 0) / 1_024
}

/** CPU time in ms that this process and its threads have used. */
export function ownCpuTimeMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The most memory that a process has held so far, in MiB, without its children. */
export async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024
}

/** Resident memory of a process in MiB, without its children. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1_024
}

async function readFamily(pid: number): Promise<{ pid: number, ticks: number }[]> {
  const processes = await readProcesses()
  const family = new Set([pid])
  // Children come after their parents in no particular order: look until nobody is added.
  for (let size = 0; size !== family.size;) {
    size = family.size
    for (const process of processes) if (family.has(process.parent)) family.add(process.pid)
  }
  return processes.filter((process) => family.has(process.pid))
}

async function readProcesses(): Promise<{ pid: number, parent: number, ticks: number }[]> {
  const folders = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(folders.map(async (folder) => {
    const stat = await readFile(`/proc/${folder}/stat`, 'utf8').catch(() => '')
    // The command's name stands in brackets and may hold anything, spaces and brackets included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // utime, stime, and those of children that have ended.
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0)
    return stat === '' ? undefined : { pid: Number(folder), parent: Number(fields[1]), ticks }
  }))
  return found.filter((process) => process !== undefined)
}
