import { cpuTimeMs, familyPssMiB } from '@livetally/bench/parts'
import { createTestNetwork, startOwnKafka, startOwnPostgres, type RoleCount, type TestNetwork } from '@livetally/local/test-network'
import { setTimeout as pause } from 'node:timers/promises'

/** A system of its own whose parts are measured one by one. */
export interface MeasuredSystem extends AsyncDisposable {
  readonly network: TestNetwork
  /** CPU time in ms that each part has used so far. */
  cpu(): Promise<Record<string, number>>
  /** The most memory that each part has held, in MiB (PSS, looked at twice a second). */
  memory(): Readonly<Record<string, number>>
}

/** The roles as processes of their own, so that each can be measured apart. */
export const ONE_OF_EACH: readonly Record<string, string>[] = [{ ROLES: 'relay' }, { ROLES: 'tabulator' }, { ROLES: 'publisher' }]
export const ROLE_NAMES = ['relay', 'tabulator', 'publisher'] as const

const LOOK_EVERY_MS = 500

export async function startMeasuredSystem({ suite, apis = 1, workers, names }: { suite: string, apis?: number, workers: RoleCount, names: readonly string[] }): Promise<MeasuredSystem> {
  const postgres = await startOwnPostgres({ settings: { max_wal_size: '2GB' } })
  try {
    const kafka = await startOwnKafka()
    try {
      const network = await createTestNetwork({ suite, apis, workers, servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers }, env: { LOG_LEVEL: 'warn' } })
      const parts = (): [string, number | undefined][] => [
        ...network.apis.map((api, at): [string, number | undefined] => [apis === 1 ? 'api' : `api ${at}`, api.pid()]),
        ...network.workers.map((worker, at): [string, number | undefined] => [names[at] ?? worker.name, worker.pid()]),
        ['Postgres', postgres.pid()], ['Kafka', kafka.pid()],
      ]
      const watch = watchMemory(parts)
      return {
        network,
        cpu: async () => Object.fromEntries(await Promise.all(parts().map(async ([name, pid]) => [name, pid === undefined ? 0 : await cpuTimeMs(pid)] as const))),
        memory: () => watch.most,
        async [Symbol.asyncDispose]() {
          await watch.stop()
          await network[Symbol.asyncDispose]()
          await kafka[Symbol.asyncDispose]()
          await postgres[Symbol.asyncDispose]()
        },
      }
    } catch (error) {
      await kafka[Symbol.asyncDispose]()
      throw error
    }
  } catch (error) {
    await postgres[Symbol.asyncDispose]()
    throw error
  }
}

function watchMemory(parts: () => readonly [string, number | undefined][]): { readonly most: Record<string, number>, stop(): Promise<void> } {
  const most: Record<string, number> = {}
  let isStopped = false
  const looking = (async () => {
    while (!isStopped) {
      for (const [name, pid] of parts()) if (pid !== undefined) most[name] = Math.max(most[name] ?? 0, await familyPssMiB(pid))
      await pause(LOOK_EVERY_MS)
    }
  })()
  return {
    most,
    async stop() {
      isStopped = true
      await looking
    },
  }
}
