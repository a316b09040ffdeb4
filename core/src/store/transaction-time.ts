import type pg from 'pg'
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
