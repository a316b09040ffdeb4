export type Cleanup = {
  /** Remembers what has to be undone, and hands the resource back. */
  readonly use: <T extends AsyncDisposable>(resource: T) => T
  readonly defer: (undo: () => unknown) => void
  /** A place in the order whose own things are undone all at the same time. */
  readonly group: () => Pick<Cleanup, 'defer'>
  /** Undoes everything, newest first, once. One failure does not keep the others from being undone; it is thrown at the end. */
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** A stack of things to undo, for what is acquired step by step and may fail in the middle. */
export function createCleanup(): Cleanup {
  const undos: (() => unknown)[] = []
  return {
    use: (resource) => {
      undos.push(() => resource[Symbol.asyncDispose]())
      return resource
    },
    defer: (undo) => {
      undos.push(undo)
    },
    group: () => {
      const together: (() => unknown)[] = []
      undos.push(async () => throwAll(await Promise.allSettled(together.map(async (undo) => undo()))))
      return {
        defer: (undo) => {
          together.push(undo)
        },
      }
    },
    [Symbol.asyncDispose]: async () => {
      const outcomes: PromiseSettledResult<unknown>[] = []
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        outcomes.push(...(await Promise.allSettled([Promise.resolve().then(undo)])))
      }
      throwAll(outcomes)
    },
  }
}

function throwAll(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const failures = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be undone')
  if (failures.length === 1) throw failures[0]
}
