export interface Resources extends AsyncDisposable {
  /** Disposed of with the others, the newest first. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource
}

/** What a process holds; `AsyncDisposableStack` as far as it is needed, which Node 20 does not have. */
export function createResources(): Resources {
  const held: AsyncDisposable[] = []
  return {
    use(resource) {
      held.push(resource)
      return resource
    },
    async [Symbol.asyncDispose]() {
      const failures: unknown[] = []
      for (let resource = held.pop(); resource !== undefined; resource = held.pop()) {
        try {
          await resource[Symbol.asyncDispose]()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
    },
  }
}
