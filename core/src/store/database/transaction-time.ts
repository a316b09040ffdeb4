import pg from 'pg'
import type { DataSource, EntityManager } from 'typeorm'
import { waitAtMost } from './silence.js'

/** By then the server has said that the limit is reached, if the connection still carries anything. */
const GRACE_MS = 2_000

/**
 * Lets the running transaction last longer than its session's `transaction_timeout`. That timer started with the transaction
 * and is not moved by a greater value: it must be stopped (0) before it can be started anew.
 */
export async function allowLongTransaction(client: pg.ClientBase, limit: `${number}s`): Promise<void> {
  await client.query('SET LOCAL transaction_timeout = 0')
  waitAtMost(client, Number.parseInt(limit, 10) * 1_000 + GRACE_MS)
  await client.query(`SET LOCAL transaction_timeout = '${limit}'`)
}

/** How long it may take to store the definition of a large election: 10,000 reporting units on a busy server take seconds. */
const DEFINITION_LIMIT = '30s'

/** A transaction that stores or lays out a definition. It may last longer than others, for no vote waits for what it locks. */
export function definitionTransaction<Result>(dataSource: DataSource, work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
  return dataSource.transaction(async (manager) => {
    const client: unknown = await manager.queryRunner?.connect()
    if (client instanceof pg.Client) await allowLongTransaction(client, DEFINITION_LIMIT)
    return work(manager)
  })
}
