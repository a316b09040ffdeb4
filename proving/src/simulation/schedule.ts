import type { Random } from './random.js'

/** What happened, in order: a digest of all of it, and the lines themselves if somebody wants to read them. */
export interface Trace {
  /** `detail` is only asked for where lines are kept. */
  note(who: string, what: string, detail?: () => string): void
  /** A line that explains, and is no part of the digest. */
  remark(who: string, what: string): void
  readonly keepsLines: boolean
  /** 8 hex digits over everything noted so far, with its time. */
  readonly digest: string
  readonly lines: readonly string[]
}

/** Virtual time: what is planned happens in the order of its instants, one thing after the other, each with all that follows from it at once. */
export interface Schedule {
  /** Milliseconds since the simulation began. */
  readonly now: number
  readonly steps: number
  readonly random: Random
  readonly trace: Trace
  after(ms: number, work: () => void): void
  /** Runs until `isDone`, `until` (ms) is reached or nothing is planned. */
  run(isDone: () => boolean, until: number): Promise<void>
}

interface Planned { at: number, order: number, work: () => void }

export function createSchedule(random: Random, keepLines: boolean): Schedule {
  const heap: Planned[] = []
  let now = 0
  let order = 0
  let steps = 0
  const trace = createTrace(() => now, keepLines)
  return {
    get now() { return now },
    get steps() { return steps },
    random,
    trace,
    after(ms, work) {
      order += 1
      push(heap, { at: now + Math.max(0, ms), order, work })
    },
    async run(isDone, until) {
      await everythingReady()
      while (!isDone()) {
        const next = heap[0]
        if (next === undefined || next.at > until) {
          now = Math.max(now, until)
          return
        }
        pop(heap)
        now = next.at
        steps += 1
        next.work()
        await everythingReady()
      }
    },
  }
}

/**
 * Node calls what is queued for the next tick once no promise is left that could go on, and without asking the operating
 * system first: a turn of the event loop would cost several times as much. Nothing that is simulated may wait for that loop.
 */
function everythingReady(): Promise<void> {
  return new Promise((resolve) => { process.nextTick(resolve) })
}

function createTrace(now: () => number, keepLines: boolean): Trace {
  const lines: string[] = []
  let digest = 0x811c_9dc5
  const keep = (who: string, what: string): void => {
    lines.push(`${(now() / 1_000).toFixed(4).padStart(9)} s  ${who.padEnd(10)} ${what}`)
  }
  const mix = (text: string): void => {
    for (let at = 0; at < text.length; at += 1) digest = Math.imul(digest ^ text.charCodeAt(at), 0x0100_0193)
  }
  return {
    note(who, what, detail) {
      mix(who)
      mix(what)
      digest = Math.imul(digest ^ Math.round(now() * 1_000), 0x0100_0193)
      if (keepLines) keep(who, detail === undefined ? what : `${what} ${detail()}`)
    },
    remark(who, what) { if (keepLines) keep(who, what) },
    keepsLines: keepLines,
    get digest() { return (digest >>> 0).toString(16).padStart(8, '0') },
    lines,
  }
}

const isBefore = (one: Planned, other: Planned): boolean => one.at < other.at || (one.at === other.at && one.order < other.order)

function push(heap: Planned[], item: Planned): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const above = (at - 1) >> 1
    const parent = heap[above]
    if (parent === undefined || !isBefore(item, parent)) break
    heap[at] = parent
    at = above
  }
  heap[at] = item
}

function pop(heap: Planned[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = heap[2 * at + 1]
    const right = heap[2 * at + 2]
    const lesser = right !== undefined && left !== undefined && isBefore(right, left) ? right : left
    if (lesser === undefined || !isBefore(lesser, last)) break
    heap[at] = lesser
    at = lesser === right ? 2 * at + 2 : 2 * at + 1
  }
  heap[at] = last
}
