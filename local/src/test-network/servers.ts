/** Where a test network finds Postgres and Kafka. */
export type TestServers = {
  /** Connection string of any database of the server, as a user that may create databases. */
  postgresUrl: string
  kafkaBrokers: readonly string[]
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string
    kafkaBrokers: string[]
  }
}

/** The servers that the run's global setup has started. Only inside vitest, and only in projects `int` and `e2e`. */
export async function sharedServers(): Promise<TestServers> {
  const { inject } = await import('vitest')
  return { postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') }
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
