import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The wall clock of one process, ours to set; a process that starts again still has the clock that it had. */
export interface JumpingClock {
  /** Settings with which the process must be started. */
  readonly settings: Readonly<Record<string, string>>
  /** From now on it is so many ms off. */
  set(offsetMs: number, process: Clocked): Promise<void>
}

/** SIGWINCH, for whoever does not listen for it ignores it: a process that is just beginning reads the file soon enough. */
export interface Clocked { kill(signal: 'SIGWINCH'): Promise<void> }

/** Compiled, for it is read by processes that run compiled code; found from `dist` as from `src`. */
const SHIFTED_CLOCK = new URL('../../../dist/chaos/world/shifted-clock.js', import.meta.url)

export function createJumpingClock({ folder, name }: { folder: string, name: string }): JumpingClock {
  const file = join(folder, `${name}.clock`)
  const url = new URL(SHIFTED_CLOCK)
  url.searchParams.set('file', file)
  return {
    settings: { NODE_OPTIONS: `--import ${url.href}` },
    async set(offsetMs, process) {
      await writeFile(file, String(offsetMs))
      await process.kill('SIGWINCH')
    },
  }
}
