import { eventually, type NetworkRole, type Settings } from '@livetally/local/test-network'
import type { JumpingClock } from './jumping-clock.js'
import type { TcpProxy } from './tcp-proxy.js'

/** A role that can have processes of its own. */
export const ROLES_APART = ['relay', 'tabulator', 'publisher'] as const
export type RoleApart = (typeof ROLES_APART)[number]

/** What one process needs to have to itself, so that it alone can be cut off or misled. */
export interface Surroundings { readonly postgresWay: TcpProxy, readonly kafkaWay: TcpProxy, readonly clock: JumpingClock }

/** One process of LiveTally in its surroundings. `runs`: its only role, if it is a worker with one. */
export interface Citizen extends Surroundings { readonly role: NetworkRole, readonly runs: RoleApart | undefined }

/** The settings of a process that is to live in these surroundings. */
export function settingsIn({ postgresWay, kafkaWay, clock }: Surroundings, runs: RoleApart | undefined): (network: Settings) => Settings {
  return ({ DATABASE_URL = '', INGEST_DATABASE_URL }) => ({
    DATABASE_URL: withPort(DATABASE_URL, postgresWay.port),
    ...(INGEST_DATABASE_URL === undefined ? {} : { INGEST_DATABASE_URL: withPort(INGEST_DATABASE_URL, postgresWay.port) }),
    KAFKA_BROKERS: `127.0.0.1:${kafkaWay.port}`,
    ...clock.settings,
    ...(runs === undefined ? {} : { ROLES: runs }),
  })
}

/** Mends ways and clocks, wakes whoever is frozen, and waits until all are ready. */
export async function healAll(citizens: readonly Citizen[]): Promise<void> {
  for (const { role, postgresWay, kafkaWay, clock } of citizens) {
    postgresWay.resume()
    kafkaWay.resume()
    await role.kill('SIGCONT')
    await clock.set(0, role)
  }
  const ready = async (): Promise<boolean> => (await Promise.all(citizens.map(({ role }) => isReady(role)))).every(Boolean)
  await eventually(ready, { limitMs: 90_000, everyMs: 200, what: 'all processes to be ready again' })
}

async function isReady({ url }: NetworkRole): Promise<boolean> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
  await response.arrayBuffer()
  return response.status === 200
}

function withPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}
