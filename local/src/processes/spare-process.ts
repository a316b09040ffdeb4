import type { GuardedProcess } from './guarded-process.js'

/** A second process of a role that has loaded its code, and opens nothing before it is called: most of a start is loading. */
export type SpareProcess = {
  /** Has one ready after a while, unless there is one. */
  readonly prepare: () => void
  /** The one that is ready, called; undefined if there is none. Another is not prepared by itself. */
  readonly call: () => GuardedProcess | undefined
  /** Resolves when none is left, nor comes. */
  readonly dismiss: () => Promise<void>
}

/** Whoever has just been started has the machine to itself for so long. */
const restMs = 2_000

/** `start` starts one that waits for a line of input. */
export function createSpareProcess(start: () => Promise<GuardedProcess>, afterMs = restMs): SpareProcess {
  let ready: GuardedProcess | undefined
  let starting: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const isReady = () => ready !== undefined && ready.exit() === undefined
  const startOne = async () => {
    // Without one the next start takes longer, and that is all.
    if (!isReady()) ready = await start().catch(() => undefined)
  }
  return {
    prepare: () => {
      if (timer !== undefined || isReady()) return
      timer = setTimeout(() => {
        timer = undefined
        starting = startOne()
      }, afterMs).unref()
    },
    call: () => {
      const called = ready
      ready = undefined
      if (called === undefined || called.exit() !== undefined) return undefined
      called.write('\n')
      return called
    },
    dismiss: async () => {
      clearTimeout(timer)
      timer = undefined
      await starting
      const dismissed = ready
      ready = undefined
      await dismissed?.stop([])
    },
  }
}
