/** Those who wait at one address. */
export interface AttemptQueue {
  readonly size: number
  /** `answer(true)` when it is let in, `answer(false)` when it has waited too long, or another took its place. */
  wait(connection: object, answer: (isIn: boolean) => void): void
  /** Lets in whoever may come in now. */
  serve(): void
}

interface Rules {
  /** 0 if somebody may come in now, else when to look again. Whoever is let in changes it at once. */
  waitMs(): number
  /** The lower, the sooner. */
  rankOf(connection: object): number
  most: number
  longestWaitMs: number
}

interface Waiting { connection: object, answer(isIn: boolean): void, timer: NodeJS.Timeout }

/**
 * Connections take turns: next is one that was let in least often, and of equals whoever came last: a voter who has just pressed
 * the button is served before the remains of a flood. A full queue loses who would come last.
 */
export function createAttemptQueue({ waitMs, rankOf, most, longestWaitMs }: Rules): AttemptQueue {
  const waiting: Waiting[] = []
  let next: NodeJS.Timeout | undefined

  const end = (one: Waiting, isIn: boolean): void => {
    clearTimeout(one.timer)
    waiting.splice(waiting.indexOf(one), 1)
    one.answer(isIn)
  }
  const pick = (isBetter: (one: number, best: number) => boolean): Waiting | undefined => {
    let best: { one: Waiting, rank: number } | undefined
    for (const one of waiting) {
      const rank = rankOf(one.connection)
      if (best === undefined || isBetter(rank, best.rank)) best = { one, rank }
    }
    return best?.one
  }
  const serve = (): void => {
    clearTimeout(next)
    next = undefined
    while (waiting.length > 0) {
      const ms = waitMs()
      if (ms > 0) {
        next = setTimeout(serve, ms)
        return
      }
      const first = pick((one, best) => one <= best)
      if (first !== undefined) end(first, true)
    }
  }

  return {
    get size() { return waiting.length },
    wait(connection, answer) {
      const one: Waiting = { connection, answer, timer: setTimeout(() => { end(one, false) }, longestWaitMs) }
      waiting.push(one)
      const last = waiting.length > most ? pick((rank, worst) => rank > worst) : undefined
      if (last !== undefined) end(last, false)
      if (next === undefined) serve()
    },
    serve,
  }
}
