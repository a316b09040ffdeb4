import { openElection, type ElectionUnderTest } from '@livetally/local/faults'
import { createTestNetwork, eventually, startOwnKafka, startOwnPostgres, type NetworkRole, type TestNetwork } from '@livetally/local/test-network'
import { freePort, type EmbeddedKafka, type EmbeddedPostgres } from '@livetally/local'
import { mountSmallDisk, type SmallDisk } from './small-disk.js'
import { createSupervision } from './supervised.js'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js'

/** One process of LiveTally with its own ways to Postgres and Kafka. */
export interface Citizen { readonly role: NetworkRole, readonly postgresWay: TcpProxy, readonly kafkaWay: TcpProxy }

/** The whole of LiveTally as real processes, every connection between them ours to break. */
export interface World extends AsyncDisposable {
  readonly network: TestNetwork
  readonly election: ElectionUnderTest
  readonly apis: readonly Citizen[]
  readonly workers: readonly Citizen[]
  readonly postgres: EmbeddedPostgres
  readonly kafka: EmbeddedKafka
  /** Undefined where we may not mount, or were told not to. */
  readonly disk: SmallDisk | undefined
  /** Mends every way and wakes every process, and waits until all are ready. */
  heal(): Promise<void>
}

export interface WorldOptions {
  boxes: number
  eligibleVoters: number
  /** Put the ledger on a small disk in memory, so that it can be full. */
  wantsSmallDisk: boolean
  tell(line: string): void
}

const APIS = 2
const WORKERS = 2

export async function createWorld(options: WorldOptions): Promise<World> {
  const held: AsyncDisposable[] = []
  const use = <T extends AsyncDisposable>(resource: T): T => {
    held.push(resource)
    return resource
  }
  const dispose = async (): Promise<void> => {
    for (const resource of held.splice(0).toReversed()) await resource[Symbol.asyncDispose]()
  }
  try {
    return await assemble(options, use, dispose)
  } catch (error) {
    await dispose().catch(() => undefined)
    throw error
  }
}

async function assemble({ boxes, eligibleVoters, wantsSmallDisk, tell }: WorldOptions, use: <T extends AsyncDisposable>(resource: T) => T, dispose: () => Promise<void>): Promise<World> {
  const disk = wantsSmallDisk ? await mountSmallDisk() : undefined
  if (disk !== undefined) use(disk)
  const doors = await Promise.all(Array.from({ length: APIS + WORKERS }, () => freePort()))
  const kafkaWays = await Promise.all(doors.map(async (port) => use(await startTcpProxy({ port }))))
  const kafka = use(await startOwnKafka({ doors: doors.map((port, index) => ({ port, advertisedPort: kafkaWays[index]?.port ?? port })) }))
  const postgres = use(await startOwnPostgres(disk === undefined ? {} : { parent: disk.folder }))
  const postgresWays = await Promise.all(doors.map(async () => use(await startTcpProxy({ port: postgres.port }))))
  const throughWays = (index: number) => (settings: Record<string, string>): Record<string, string> => ({
    DATABASE_URL: withPort(settings['DATABASE_URL'] ?? '', postgresWays[index]?.port),
    KAFKA_BROKERS: `127.0.0.1:${kafkaWays[index]?.port}`,
  })
  const network = use(await createTestNetwork({
    suite: 'chaos',
    servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers },
    apis: Array.from({ length: APIS }, (_, at) => throughWays(at)),
    workers: Array.from({ length: WORKERS }, (_, at) => throughWays(APIS + at)),
  }))
  const election = use(await openElection(network, 'chaos', { boxes, eligibleVoters }))
  const supervision = createSupervision((line) => tell(`  ${line}`))
  const citizens = [...network.apis, ...network.workers].flatMap((role, at): Citizen[] => {
    const [postgresWay, kafkaWay] = [postgresWays[at], kafkaWays[at]]
    return postgresWay === undefined || kafkaWay === undefined ? [] : [{ role, postgresWay, kafkaWay }]
  })
  for (const { role } of citizens) supervision.watch(role.name, role)
  supervision.watch('Postgres', postgres)
  const heal = async (): Promise<void> => {
    await disk?.free()
    await kafka.start()
    // Its supervisor starts it: twice at once would be once too often.
    await eventually(() => network.pool.query('SELECT 1'), { limitMs: 60_000, everyMs: 200, what: 'Postgres to answer' })
    for (const { role, postgresWay, kafkaWay } of citizens) {
      postgresWay.resume()
      kafkaWay.resume()
      await role.kill('SIGCONT')
    }
    await eventually(async () => (await Promise.all(citizens.map(({ role }) => isReady(role)))).every(Boolean), { limitMs: 90_000, everyMs: 200, what: 'all processes to be ready again' })
  }
  return {
    network, election, postgres, kafka, disk, heal,
    apis: citizens.slice(0, APIS),
    workers: citizens.slice(APIS),
    async [Symbol.asyncDispose]() {
      await heal().catch(() => undefined)
      supervision.end()
      await dispose()
    },
  }
}

async function isReady({ url }: NetworkRole): Promise<boolean> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
  await response.arrayBuffer()
  return response.status === 200
}

function withPort(url: string, port: number | undefined): string {
  const changed = new URL(url)
  changed.port = String(port ?? changed.port)
  return changed.href
}
