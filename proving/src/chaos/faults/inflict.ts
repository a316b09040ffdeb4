import { deleteTopics, eventually } from '@livetally/local/test-network'
import { setTimeout as pause } from 'node:timers/promises'
import type { Citizen, RoleApart } from '../world/citizen.js'
import type { World } from '../world/world.js'
import type { TcpProxy } from '../world/tcp-proxy.js'
import { busiestOf } from './busiest.js'
import type { PlannedFault } from './schedule.js'

/** Topics that counting goes through, all of which may be lost. */
const TOPICS = ['ballots', 'tallies', 'results', 'elections'] as const

const MINUTE_MS = 60_000
const CLOCK_JUMPS_MS = [-60 * MINUTE_MS, 60 * MINUTE_MS, -MINUTE_MS, MINUTE_MS] as const
const SET_BACK_MS = 20_000

/** What was done to whom; `work` ends with the fault, not with the recovery. */
export interface Deed {
  target: string
  /** API processes that cannot be expected to answer before it is over. */
  apis: readonly number[]
  /** Finds out whom it will hit, where that takes time: before the clock runs. */
  aim?: () => Promise<void>
  work: () => Promise<void>
}

/** Says what a planned fault does in this world, without doing it yet. */
export function prepareDeed(world: World, { kind, target, lengthMs }: PlannedFault): Deed {
  const everyApi = world.apis.map((_, at) => at)
  const api = target % world.apis.length
  const aWorker = pick(world.workers, target)
  const anApi = pick(world.apis, target)
  const citizens = [...world.apis, ...world.workers]
  const citizen = pick(citizens, target)
  const apisOf = (one: Citizen): number[] => world.apis.flatMap((other, at) => other === one ? [at] : [])
  const oneWay = (wayOf: (one: Citizen) => TcpProxy, work: (way: TcpProxy) => Promise<void> | void): Deed =>
    ({ target: citizen.role.name, apis: apisOf(citizen), work: async () => { await work(wayOf(citizen)) } })
  const heldFor = async (way: TcpProxy): Promise<void> => {
    way.hold()
    await pause(lengthMs)
    way.resume()
  }
  const frozen = async ({ role }: Citizen): Promise<void> => {
    await role.kill('SIGSTOP')
    await pause(lengthMs)
    await role.kill('SIGCONT')
  }
  switch (kind) {
    case 'API killed': return { target: anApi.role.name, apis: [api], work: () => anApi.role.kill() }
    case 'API frozen': return { target: anApi.role.name, apis: [api], work: () => frozen(anApi) }
    case 'worker killed': return { target: aWorker.role.name, apis: [], work: () => aWorker.role.kill() }
    case 'all workers killed': return { target: 'workers', apis: [], work: async () => { await Promise.all(world.workers.map(({ role }) => role.kill())) } }
    case 'worker frozen': return { target: aWorker.role.name, apis: [], work: () => frozen(aWorker) }
    case 'Postgres killed': return { target: 'Postgres', apis: everyApi, work: () => world.postgres.kill() }
    case 'Postgres connections cut': return oneWay(({ postgresWay }) => postgresWay, (way) => way.cut())
    case 'Postgres connections half-open': return oneWay(({ postgresWay }) => postgresWay, (way) => way.strand())
    case 'Postgres unreachable': return oneWay(({ postgresWay }) => postgresWay, heldFor)
    case 'disk full': return { target: 'Postgres', apis: everyApi, work: () => fullFor(world, lengthMs) }
    case 'Kafka killed': return { target: 'Kafka', apis: [], work: () => restartKafka(world) }
    case 'Kafka connections cut': return oneWay(({ kafkaWay }) => kafkaWay, (way) => way.cut())
    case 'Kafka connections half-open': return oneWay(({ kafkaWay }) => kafkaWay, (way) => way.strand())
    case 'Kafka unreachable': return oneWay(({ kafkaWay }) => kafkaWay, heldFor)
    case 'topic deleted': {
      const topic = pick(TOPICS, target)
      return { target: topic, apis: [], work: () => deleteTopics(world.kafka.brokers, [`${world.network.topicPrefix}${topic}`]).catch(() => undefined) }
    }
    case 'clock jumped': {
      const offsetMs = CLOCK_JUMPS_MS[target % CLOCK_JUMPS_MS.length] ?? 0
      return { target: `${citizen.role.name}, ${offsetMs / 60_000} min`, apis: apisOf(citizen), work: () => offFor(citizen, offsetMs, lengthMs) }
    }
    case 'database clock set back': return { target: 'every box', apis: everyApi, work: () => setBack(world) }
    case 'relay killed': return killBusiest(world, 'relay', 'the active one')
    case 'tabulator killed': return killBusiest(world, 'tabulator', 'the one with most boxes')
    case 'publisher killed': return killBusiest(world, 'publisher', 'the one with the election')
    default: return kind satisfies never
  }
}

async function fullFor({ disk }: World, lengthMs: number): Promise<void> {
  await disk?.fill()
  await pause(lengthMs)
  await disk?.free()
}

/** The wall clock of one process jumps, and later jumps back. */
async function offFor({ clock, role }: Citizen, offsetMs: number, lengthMs: number): Promise<void> {
  await clock.set(offsetMs, role)
  await pause(lengthMs)
  await clock.set(0, role)
}

/** Each box takes it that the last vote came later than the clock says now: so it stands after the database's clock was set back. */
async function setBack({ network, electionKey }: World): Promise<void> {
  const work = () => network.pool.query('UPDATE ballot_box SET last_cast_at = last_cast_at + $2 * interval \'1 millisecond\' WHERE election = $1', [electionKey, SET_BACK_MS])
  await eventually(work, { limitMs: 30_000, what: 'Postgres to take it' })
}

function killBusiest({ workers }: World, role: RoleApart, target: string): Deed {
  let busiest: Citizen | undefined
  return {
    target, apis: [],
    aim: async () => { busiest = await busiestOf(workers, role) },
    work: async () => { await busiest?.role.kill() },
  }
}

async function restartKafka({ kafka }: World): Promise<void> {
  await kafka.kill()
  await kafka.start()
}

/** Kafka gone for as long as told: stopped in order, started again, and ready. */
export async function keepKafkaAway({ kafka }: World, lengthMs: number, signal?: AbortSignal): Promise<void> {
  await kafka.stop()
  await pause(lengthMs, undefined, signal === undefined ? {} : { signal })
  await kafka.start()
}

function pick<T>(items: readonly T[], number: number): T {
  const item = items[number % items.length]
  if (item === undefined) throw new Error('there is nothing to choose from')
  return item
}
