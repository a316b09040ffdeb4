import { parseId } from '@livetally/core/election'
import { openElection, type ElectionUnderTest } from '@livetally/local/faults'
import { createTestNetwork, eventually, startOwnKafka, startOwnPostgres, type TestNetwork } from '@livetally/local/test-network'
import { freePort, type EmbeddedKafka, type EmbeddedPostgres } from '@livetally/local'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROLES_APART, healAll, settingsIn, type Citizen, type Surroundings } from './citizen.js'
import { createJumpingClock } from './jumping-clock.js'
import { mountSmallDisk, type SmallDisk } from './small-disk.js'
import { createSupervision } from './supervised.js'
import { startTcpProxy } from './tcp-proxy.js'

/** The whole of LiveTally as real processes, every connection between them ours to break. */
export interface World extends AsyncDisposable {
  readonly network: TestNetwork
  readonly election: ElectionUnderTest
  readonly electionKey: number
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
  /** Relay, tabulator and publisher as processes of their own, two of each, instead of two workers that do everything. */
  areRolesApart: boolean
  tell(line: string): void
}

const APIS = 2
/** What each process runs: two of the API, then workers with everything, or two of each role. */
const TOGETHER = [undefined, undefined] as const
const APART = ROLES_APART.flatMap((role) => [role, role])

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

async function assemble({ boxes, eligibleVoters, wantsSmallDisk, areRolesApart, tell }: WorldOptions, use: <T extends AsyncDisposable>(resource: T) => T, dispose: () => Promise<void>): Promise<World> {
  const disk = wantsSmallDisk ? await mountSmallDisk() : undefined
  if (disk !== undefined) use(disk)
  const roles = [...Array.from({ length: APIS }, () => undefined), ...(areRolesApart ? APART : TOGETHER)]
  const { kafka, postgres, surroundings } = await surround(roles.length, disk, use)
  const settings = surroundings.map((one, at) => settingsIn(one, roles[at]))
  const network = use(await createTestNetwork({
    suite: 'chaos',
    servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers },
    apis: settings.slice(0, APIS),
    workers: settings.slice(APIS),
    keepsSpareApis: true,
  }))
  const election = use(await openElection(network, 'chaos', { boxes, eligibleVoters }))
  const processes = [...network.apis, ...network.workers]
  const citizens = surroundings.flatMap((one, at): Citizen[] => processes[at] === undefined ? [] : [{ ...one, role: processes[at], runs: roles[at] }])
  const supervision = createSupervision((line) => tell(`  ${line}`))
  for (const { role } of citizens) supervision.watch(role.name, role)
  supervision.watch('Postgres', postgres)
  const heal = async (): Promise<void> => {
    await disk?.free()
    await kafka.start()
    // Its supervisor starts it: twice at once would be once too often.
    await eventually(() => network.pool.query('SELECT 1'), { limitMs: 60_000, everyMs: 200, what: 'Postgres to answer' })
    await healAll(citizens)
  }
  return {
    network, election, electionKey: parseId(election.election.id)?.key ?? 0, postgres, kafka, disk, heal,
    apis: citizens.slice(0, APIS),
    workers: citizens.slice(APIS),
    async [Symbol.asyncDispose]() {
      await heal().catch(() => undefined)
      supervision.end()
      await dispose()
    },
  }
}

/** Servers, and for each process ways to them and a clock. */
async function surround(count: number, disk: SmallDisk | undefined, use: <T extends AsyncDisposable>(resource: T) => T): Promise<{ kafka: EmbeddedKafka, postgres: EmbeddedPostgres, surroundings: Surroundings[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'livetally-chaos-clocks-'))
  use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
  const doors = await Promise.all(Array.from({ length: count }, () => freePort()))
  const kafkaWays = await Promise.all(doors.map(async (port) => use(await startTcpProxy({ port }))))
  const kafka = use(await startOwnKafka({ doors: doors.map((port, at) => ({ port, advertisedPort: kafkaWays[at]?.port ?? port })) }))
  const postgres = use(await startOwnPostgres(disk === undefined ? {} : { parent: disk.folder }))
  const surroundings = await Promise.all(kafkaWays.map(async (kafkaWay, at): Promise<Surroundings> => ({
    kafkaWay, postgresWay: use(await startTcpProxy({ port: postgres.port })), clock: createJumpingClock({ folder, name: String(at) }),
  })))
  return { kafka, postgres, surroundings }
}
