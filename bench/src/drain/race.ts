import { eventually } from '@livetally/local/test-network'
import { cpuTimeMs, peakMiB } from '../process-cost.js'
import type { Contestant } from './contestant.js'

export interface RaceResult {
  name: string
  /** Ballots that were timed: the first fifth only warms up. */
  ballots: number
  ballotsPerSecond: number
  /** µs of CPU per ballot, user and system, of the process itself and of the servers it works with. */
  ownUs: number
  postgresUs: number
  kafkaUs: number
  peakMiB: number
}

export interface Servers { postgresPid: number, kafkaPid: number }

interface Mark { at: number, counted: number, own: number, postgres: number, kafka: number }

const WARM_UP_SHARE = 0.2
const LIMIT_MS = 900_000

export async function race(contestant: Contestant, total: number, servers: Servers): Promise<RaceResult> {
  await using running = await contestant.start()
  const mark = async (counted: number): Promise<Mark> => {
    const [own, postgres, kafka] = await Promise.all([running.pid, servers.postgresPid, servers.kafkaPid].map(cpuTimeMs))
    return { at: performance.now(), counted, own: own ?? 0, postgres: postgres ?? 0, kafka: kafka ?? 0 }
  }
  const reached = (count: number): Promise<Mark> => eventually(async () => {
    const counted = await running.counted()
    return counted >= count && mark(counted)
  }, { limitMs: LIMIT_MS, everyMs: 50, what: `${contestant.name} to count ${count} ballots` })
  const warm = await reached(total * WARM_UP_SHARE)
  const end = await reached(total)
  const peak = await peakMiB(running.pid)
  await running.verify()
  return { name: contestant.name, peakMiB: peak, ...perBallot(warm, end) }
}

function perBallot(warm: Mark, end: Mark): Omit<RaceResult, 'name' | 'peakMiB'> {
  const ballots = end.counted - warm.counted
  const us = (before: number, after: number): number => ((after - before) * 1_000) / ballots
  return {
    ballots, ballotsPerSecond: ballots / ((end.at - warm.at) / 1_000),
    ownUs: us(warm.own, end.own), postgresUs: us(warm.postgres, end.postgres), kafkaUs: us(warm.kafka, end.kafka),
  }
}

/** All that a ballot costs, whichever process pays it. */
export function wholeCost({ ownUs, postgresUs, kafkaUs }: RaceResult): number {
  return ownUs + postgresUs + kafkaUs
}
