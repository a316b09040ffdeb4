import pg from 'pg'
import type { Database } from '../database/database.js'
import { LedgerTimeoutError } from '../database/server-errors.js'

export interface LedgerConnection extends AsyncDisposable {
  /** One statement, autocommitted. Without an answer within `timeoutMs` the socket is destroyed and `LedgerTimeoutError` thrown. */
  query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<Row[]>
}

/**
 * A connection that is opened when it is needed and destroyed when it does not answer: a half-open socket must not hold
 * up the votes behind it. The server frees the locks of what was destroyed by `transaction_timeout`.
 */
export function createLedgerConnection(database: Database, applicationName: string, timeoutMs: number): LedgerConnection {
  let open: pg.Client | undefined

  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString: database.databaseUrl,
      options: database.sessionOptions,
      application_name: applicationName,
      connectionTimeoutMillis: Math.min(timeoutMs, 5_000),
      keepAlive: true,
    })
    const forget = (): void => { if (open === client) open = undefined }
    client.on('error', forget)
    client.on('end', forget)
    await client.connect()
    open = client
    return client
  }
  const destroy = (client: pg.Client): void => {
    if (open === client) open = undefined
    // `end` would wait for an answer that does not come.
    client.connection.stream.destroy()
  }

  return {
    async query<Row extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<Row[]> {
      const client = open ?? await connect()
      let timer: NodeJS.Timeout | undefined
      const timeout = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          destroy(client)
          reject(new LedgerTimeoutError(`Postgres did not answer within ${timeoutMs} ms.`))
        }, timeoutMs)
      })
      const answer = client.query<Row>(statement)
      answer.catch(() => undefined)
      try {
        return (await Promise.race([answer, timeout])).rows
      } catch (error) {
        // The end of a broken connection is reported later than its error; the next call must not be put on it.
        if (!isAnswerOfTheServer(error)) destroy(client)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
    async [Symbol.asyncDispose]() {
      const client = open
      open = undefined
      await client?.end().catch(() => undefined)
    },
  }
}

/** True for errors after which the connection goes on: the server refused one statement. FATAL and PANIC end the session. */
function isAnswerOfTheServer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR'
}
