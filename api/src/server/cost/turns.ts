/** Lets long work wait for its turn. One waiting client goes on per turn of the event loop, each client in its order. */
export interface Turns {
  next(who: string): Promise<void>
}

export function createTurns(later: (work: () => void) => void = (work) => { setImmediate(work) }): Turns {
  const waiting = new Map<string, (() => void)[]>()
  let isGoing = false
  const go = (): void => {
    const [first] = waiting
    if (first === undefined) {
      isGoing = false
      return
    }
    const [who, [resume, ...others]] = first
    waiting.delete(who)
    if (others.length > 0) waiting.set(who, others)
    resume?.()
    later(go)
  }
  return {
    next: (who) => new Promise((resolve) => {
      waiting.set(who, [...waiting.get(who) ?? [], resolve])
      if (isGoing) return
      isGoing = true
      later(go)
    }),
  }
}
