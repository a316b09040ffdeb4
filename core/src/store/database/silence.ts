import { Socket } from 'node:net'
import pg from 'pg'

/** What `guardAgainstSilence` needs of a pool. */
type GuardedPool = Pick<pg.Pool, 'on'>

/**
 * Gives up connections on which the server keeps silent for `limitMs` while somebody waits: one that is half-open (a firewall
 * forgot it, the other end lost its power) never answers, and never says so. Those that lie idle beside it most likely
 * went the same way, and are thrown away with it. `limitMs` must be more than the server itself allows a transaction.
 */
export function guardAgainstSilence(pool: GuardedPool, limitMs: number): void {
  const idle = new Set<pg.PoolClient>()
  pool.on('connect', (client) => {
    socketOf(client)?.on('timeout', () => {
      const error = new Error(`Postgres has been silent for ${limitMs} ms: the connection is given up.`)
      for (const one of [client, ...idle]) socketOf(one)?.destroy(error)
      idle.clear()
    })
  })
  pool.on('acquire', (client) => {
    idle.delete(client)
    waitAtMost(client, limitMs)
  })
  pool.on('release', (_, client) => {
    waitAtMost(client, 0)
    idle.add(client)
  })
  pool.on('remove', (client) => { idle.delete(client) })
}

/** From now on the server may be silent for so long; 0: for ever. Until the client goes back to its pool. */
export function waitAtMost(client: pg.ClientBase, limitMs: number): void {
  socketOf(client)?.setTimeout(limitMs)
}

function socketOf(client: pg.ClientBase): Socket | undefined {
  return client instanceof pg.Client && client.connection.stream instanceof Socket ? client.connection.stream : undefined
}
