/** Hands out the items of one source to several takers, in groups, one taker at a time. */
export interface Groups<T> {
  /** Up to `size` next items; empty when there are no more. */
  next(): Promise<T[]>
}

export interface GroupLimits<T> {
  size: number
  /** Bytes that a group may have at most, and how many an item has. */
  mostBytes?: number
  bytesOf?: (item: T) => number
}

export function createGroups<T>(source: Iterable<T> | AsyncIterable<T>, limits: GroupLimits<T>): Groups<T> {
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  let held: T | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const fill = async (): Promise<T[]> => {
    const group: T[] = []
    let bytes = 0
    while (group.length < limits.size) {
      const item = held ?? await nextOf(iterator)
      held = undefined
      if (item === undefined) break
      bytes += limits.bytesOf?.(item) ?? 0
      if (group.length > 0 && limits.mostBytes !== undefined && bytes > limits.mostBytes) {
        held = item
        break
      }
      group.push(item)
    }
    return group
  }
  return {
    next: () => {
      const mine = turn.then(fill)
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

async function nextOf<T>(iterator: Iterator<T> | AsyncIterator<T>): Promise<T | undefined> {
  const step = await iterator.next()
  return step.done === true ? undefined : step.value
}
