import type { KnownElection } from '@livetally/core/voting'
import type { ElectionRegistry } from './election-registry.js'

/** The election as it is, then whenever it has changed. Whoever reads slowly gets the newest: nothing is queued. */
export function createElectionStream(elections: Pick<ElectionRegistry, 'peek' | 'watch'>, first: KnownElection): AsyncIterableIterator<KnownElection, undefined> {
  const { key } = first.election
  let newest = first
  let sent: KnownElection | undefined
  let isDone = false
  let waiting: ((result: IteratorResult<KnownElection, undefined>) => void) | undefined

  const answer = (): void => {
    newest = elections.peek(key) ?? newest
    if (waiting === undefined || newest === sent) return
    sent = newest
    waiting({ done: false, value: newest })
    waiting = undefined
  }
  const stopWatching = elections.watch(key, answer)
  const end = (): Promise<IteratorResult<KnownElection, undefined>> => {
    isDone = true
    stopWatching()
    waiting?.({ done: true, value: undefined })
    waiting = undefined
    return Promise.resolve({ done: true, value: undefined })
  }
  return {
    next() {
      if (isDone) return Promise.resolve({ done: true, value: undefined })
      return new Promise((resolve) => {
        waiting = resolve
        answer()
      })
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() { return this },
  }
}
