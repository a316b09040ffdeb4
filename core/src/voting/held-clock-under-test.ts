/** A clock that stands still until it is told to go on. Serves the batcher and the streams. */
export interface HeldClock {
  now(): number
  wait(ms: number): Promise<void>
  soon(work: () => void): void
  after(ms: number, work: () => void): () => void
  /** Moves time on, running what falls due in its order, and everything that this sets in motion. */
  advance(ms: number): Promise<void>
}

interface Due { at: number, work: () => void }

export function createHeldClock(): HeldClock {
  let time = 0
  let due: Due[] = []
  const after = (ms: number, work: () => void): (() => void) => {
    const entry = { at: time + ms, work }
    due.push(entry)
    return () => { due = due.filter((other) => other !== entry) }
  }
  return {
    now: () => time,
    wait: (ms) => new Promise((resolve) => { after(ms, resolve) }),
    soon: (work) => { after(0, work) },
    after,
    async advance(ms) {
      const end = time + ms
      await settle()
      for (;;) {
        const [next] = due.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
        if (next === undefined) break
        due = due.filter((other) => other !== next)
        time = Math.max(time, next.at)
        next.work()
        await settle()
      }
      time = end
    },
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}
