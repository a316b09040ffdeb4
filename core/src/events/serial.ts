/** Runs tasks strictly one after the other, in the order in which they were handed in. A task that fails stops no other. */
export interface Serial {
  run<Result>(task: () => Promise<Result>): Promise<Result>
}

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(task) {
      const result = last.then(task)
      last = result.catch(() => undefined)
      return result
    },
  }
}
