import { residentMiB } from '@livetally/bench/parts'
import type { NetworkRole } from '@livetally/local/test-network'

export interface MemorySample { readonly pid: number | undefined, readonly atMs: number, readonly residentMiB: number }

export interface MemoryWatch { stop(): readonly MemorySample[] }

const EVERY_MS = 1_000

/** Looks every second how much memory a process holds, and whether it is the same one still. */
export function watchMemory(role: NetworkRole): MemoryWatch {
  const began = performance.now()
  const samples: MemorySample[] = []
  const timer = setInterval(() => void look(), EVERY_MS)
  async function look(): Promise<void> {
    const pid = role.pid()
    const held = pid === undefined ? 0 : await residentMiB(pid).catch(() => 0)
    samples.push({ pid, atMs: performance.now() - began, residentMiB: held })
  }
  return {
    stop() {
      clearInterval(timer)
      return samples
    },
  }
}

/** The mean of a part of the samples, in MiB: `from` and `to` as shares of the time, 0 to 1. */
export function meanMiB(samples: readonly MemorySample[], from: number, to: number): number {
  const part = samples.slice(Math.floor(samples.length * from), Math.max(1, Math.ceil(samples.length * to)))
  return part.reduce((sum, sample) => sum + sample.residentMiB, 0) / part.length
}
