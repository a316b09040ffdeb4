import type { ResultsFeed } from '@livetally/api/parts'
import type { Metrics, SignatureChecker } from '@livetally/stream-workers/parts'
import { createAmbushes, type Ambushes } from './ambushes.js'
import type { Drill } from './drills.js'
import type { Guards } from './guards.js'
import { createKafka, type Kafka } from './kafka/kafka.js'
import { startApiNode, type ApiNode } from './nodes/api-node.js'
import { startWorkerNode } from './nodes/worker-node.js'
import type { Postgres } from './postgres/postgres.js'
import { createProcess, type SimulatedProcess } from './process.js'
import type { Schedule } from './schedule.js'
import type { Weather } from './weather.js'

/** A place where a process runs, dies and is started again. */
export interface Machine {
  readonly kind: 'API' | 'WORKER'
  readonly process: SimulatedProcess
  /** No process has died here. */
  readonly isFirst: boolean
  /** The API in this process, once it is up. */
  readonly api: ApiNode | undefined
  readonly feeds: ReadonlyMap<number, ResultsFeed>
  kill(restartAfterMs: number): void
  freeze(ms: number): void
  /** SIGTERM: gives back what it holds, then starts again. */
  restart(): void
  jump(ms: number): void
}

export interface Installation {
  readonly kafka: Kafka
  readonly machines: readonly Machine[]
  /** From now on processes that are down come up at once. */
  heal(): void
}

interface Options {
  schedule: Schedule
  weather: Weather
  postgres: Postgres
  guards: Guards
  drill?: Drill | undefined
  metrics: Metrics
  startsAt: number
  /** Given where third parties hand ballots in. */
  signatures: SignatureChecker | undefined
  onFeed: (election: number, feed: ResultsFeed, process: SimulatedProcess) => void
}

/** Two API processes and two workers, each of all roles, on one Postgres and one Kafka. */
export function createInstallation(options: Options): Installation {
  const kafka = createKafka(options.schedule, options.weather)
  const ambushes = createAmbushes(options.schedule, options.drill?.ambush, (process) => kafka.evict(process))
  const machines = (['API', 'API', 'WORKER', 'WORKER'] as const).map((kind, at) => createMachine(kind, `${kind.toLowerCase()}-${at % 2 + 1}`, { kafka, ambushes }, options))
  return {
    kafka,
    machines,
    heal() {
      ambushes.end()
      for (const machine of machines) {
        machine.process.thaw()
        if (machine.process.state === 'DEAD') machine.kill(0)
      }
    },
  }
}

const SESSION_MS = 4_000
const MOST_DOWN_MS = 3_000

function createMachine(kind: Machine['kind'], name: string, { kafka, ambushes }: { kafka: Kafka, ambushes: Ambushes }, options: Options): Machine {
  const { schedule, weather, postgres, guards, drill, metrics, startsAt, signatures, onFeed } = options
  const receipts = schedule.random.fork(name)
  let wallOffset = startsAt
  let started = 0
  let process: SimulatedProcess
  let api: ApiNode | undefined
  let workers: AsyncDisposable | undefined
  let feeds = new Map<number, ResultsFeed>()

  const start = (): void => {
    started += 1
    api = undefined
    workers = undefined
    feeds = new Map()
    const mine = createProcess(`${name}${String.fromCharCode(96 + Math.min(started, 26))}`, { schedule, weather, ambushes, wallOffset: () => wallOffset, onCrash: () => kill(schedule.random.next() * MOST_DOWN_MS) })
    process = mine
    // Starting asks servers that may be away: then it is started again, as an orchestrator does.
    boot(mine).catch(() => { if (mine === process) kill(schedule.random.next() * MOST_DOWN_MS) })
  }
  const boot = async (mine: SimulatedProcess): Promise<void> => {
    if (kind === 'WORKER') workers = await startWorkerNode(mine, { postgres, kafka, guards, metrics, retention: weather.retention, partBytes: drill?.partBytes, receipts, signatures })
    else {
      const known = feeds
      api = await startApiNode(mine, { postgres, kafka, guards, receipts, onFeed: (election, feed) => {
        known.set(election, feed)
        onFeed(election, feed, mine)
      } })
    }
  }
  const kill = (restartAfterMs: number): void => {
    const dead = process
    dead.kill()
    schedule.after(schedule.random.next() * SESSION_MS, () => kafka.evict(dead))
    schedule.after(restartAfterMs, () => { if (process === dead) start() })
  }
  start()
  return {
    kind,
    get process() { return process },
    get isFirst() { return started === 1 && process.state !== 'DEAD' },
    get api() { return process.state === 'DEAD' ? undefined : api },
    get feeds() { return feeds },
    kill,
    freeze(ms) {
      const frozen = process
      frozen.freeze()
      schedule.after(SESSION_MS, () => { if (frozen.state === 'FROZEN') kafka.evict(frozen) })
      schedule.after(ms, () => frozen.thaw())
    },
    restart() {
      const old = process
      void workers?.[Symbol.asyncDispose]().then(() => { if (process === old) kill(0) })
    },
    jump(ms) { wallOffset += ms },
  }
}
