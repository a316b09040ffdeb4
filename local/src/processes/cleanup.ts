export type Cleanup = {
  /** Remembers what has to be undone, and hands the resource back. */
  readonly use: <T extends AsyncDisposable>(resource: T) => T
  readonly defer: (undo: () => unknown) => void
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
    [Symbol.asyncDispose]: async () => {
      const failures: unknown[] = []
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
        try {
          await undo()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, 'Several things could not be undone')
    },
  }
}
