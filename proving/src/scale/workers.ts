import { openElection, type OpenElection } from '@livetally/bench/parts'
import { createBallotLedger, type BallotLedger } from '@livetally/core/store'
import { eventually, type NetworkRole } from '@livetally/local/test-network'
import { createProgress } from '@livetally/simulator'
import { cast } from './casting.js'
import { expectRecountAgrees, reached, standing } from './standing.js'
import { startMeasuredSystem, type MeasuredSystem } from './system.js'

export interface CurvePoint {
  workers: number
  /** Ballots that were timed: until all processes were ready, and the first fifth, only warmed up. */
  ballots: number
  ballotsPerSecond: number
  /** µs of CPU per ballot: all worker processes together, and the servers. */
  workersUs: number
  postgresUs: number
  kafkaUs: number
  /** Boxes that each process held at the end. */
  boxes: number[]
}

export interface WorkersReport {
  curve: CurvePoint[]
  /** Boxes held by each process: two of them, then a third has joined, then the first has left; while votes came. */
  comings: { when: string, boxes: number[] }[]
  recounted: number
}

export interface WorkersOptions { ballots: number, rate: number }

const BOXES = 16
const MOST = 4

/** One, two and four worker processes drain the same backlog; then one joins and one leaves while votes come. */
export async function measureWorkers({ ballots, rate }: WorkersOptions, tell: (line: string) => void): Promise<WorkersReport> {
  await using system = await startMeasuredSystem({ suite: 'scale-workers', workers: MOST, names: ['worker 0', 'worker 1', 'worker 2', 'worker 3'], apis: 1 })
  const { network } = system
  await using open = await openElection(network.databaseUrl, { contests: 3, boxes: BOXES })
  await using ledger = createBallotLedger(open.database)
  const curve: CurvePoint[] = []
  for (const count of [1, 2, MOST]) curve.push(await drain(system, open, ledger, count, ballots, tell))
  tell('one joins, one leaves, while votes come')
  const comings = await comeAndGo(system, open, ledger, rate)
  tell('counting again from nothing')
  const { ballots: recounted } = await expectRecountAgrees(network, open.structure.definition.slug)
  return { curve, comings, recounted }
}

async function drain(system: MeasuredSystem, { election }: OpenElection, ledger: BallotLedger, count: number, ballots: number, tell: (line: string) => void): Promise<CurvePoint> {
  const { network } = system
  await Promise.all(network.workers.map((worker) => worker.stop()))
  const { accepted: before } = await standing(network)
  const progress = createProgress(`a backlog for ${count}`, ballots, 'ballots')
  await cast({ ledger, election, from: before, count: ballots, onCast: progress.add })
  progress.stop()
  tell(`${count} worker ${count === 1 ? 'process' : 'processes'}`)
  const working = network.workers.slice(0, count)
  await Promise.all([...working.map((worker) => worker.start()), reached(network, 'tabulated', before + ballots / 5)])
  const [from, cpuFrom, began] = [await standing(network), await system.cpu(), performance.now()]
  await reached(network, 'published', before + ballots)
  const [cpuTo, seconds] = [await system.cpu(), (performance.now() - began) / 1_000]
  const timed = before + ballots - from.tabulated
  if (timed < ballots / 10) throw new Error(`${count} processes had counted nearly everything before all of them were ready: give them more --ballots.`)
  const us = (names: readonly string[]): number => names.reduce((sum, name) => sum + (cpuTo[name] ?? 0) - (cpuFrom[name] ?? 0), 0) * 1_000 / timed
  return {
    workers: count, ballots: timed, ballotsPerSecond: timed / seconds,
    workersUs: us(working.map((_, at) => `worker ${at}`)), postgresUs: us(['Postgres']), kafkaUs: us(['Kafka']),
    boxes: await Promise.all(working.map(boxesOf)),
  }
}

async function comeAndGo({ network }: MeasuredSystem, { election }: OpenElection, ledger: BallotLedger, rate: number): Promise<WorkersReport['comings']> {
  const [first, second, third, fourth] = network.workers
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error('There are fewer workers than expected.')
  await Promise.all([third.stop(), fourth.stop()])
  const { accepted: before } = await standing(network)
  const count = rate * 30
  const voting = cast({ ledger, election, from: before, count, rate })
  const settled = async (when: string, workers: readonly NetworkRole[]): Promise<{ when: string, boxes: number[] }> => eventually(async () => {
    const boxes = await Promise.all(workers.map(boxesOf))
    return boxes.every((held) => held > 0) && boxes.reduce((sum, held) => sum + held, 0) === BOXES && { when, boxes }
  }, { limitMs: 60_000, everyMs: 100, what: `the boxes to be shared: ${when}` })
  const comings = [await settled('two', [first, second])]
  await third.start()
  comings.push(await settled('a third has joined', [first, second, third]))
  await first.stop()
  comings.push(await settled('the first has left', [second, third]))
  await voting
  await reached(network, 'published', before + count)
  return comings
}

async function boxesOf({ url }: NetworkRole): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^livetally_tabulator_boxes (\d+)$/m.exec(text)?.[1] ?? 0)
}
