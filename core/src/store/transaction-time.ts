import type pg from 'pg'

/**
 * Lets the running transaction last longer than its session's `transaction_timeout`. That timer started with the transaction
 * and is not moved by a greater value: it must be stopped (0) before it can be started anew.
 */
export async function allowLongTransaction(client: pg.ClientBase, limit: `${number}s`): Promise<void> {
  await client.query('SET LOCAL transaction_timeout = 0')
  await client.query(`SET LOCAL transaction_timeout = '${limit}'`)
}
