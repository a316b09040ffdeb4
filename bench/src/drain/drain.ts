import type { BallotSecrecy } from '@livetally/core/election'
import { createKafkaEventLog } from '@livetally/core/events'
import { createTestNetwork, startOwnKafka, startOwnPostgres } from '@livetally/local/test-network'
import { createProgress } from '@livetally/simulator'
import { openElection } from '../election/open-election.js'
import { profilingEnv } from '../profiling-env.js'
import { buildBacklog, expectedCounts } from './backlog.js'
import type { Contestant } from './contestant.js'
import { kafkajsLoop, kafkaStreams, tabulator, type Course } from './contestants.js'
import { race, type RaceResult } from './race.js'
import { prepareStreamsProgram, type StreamsProgram } from './streams-program.js'

export interface DrainOptions { ballots: number, contests: readonly number[], peers: readonly Peer[], profile?: string }

export const PEERS = ['kafkajs', 'streams'] as const
export type Peer = (typeof PEERS)[number]

/**
 * `results`: open ballots, our own first. `secret`: the same ballots, were they secret, and `beside`: open ones once more right
 * after them, for the broker that the first contestant met was cold.
 */
export interface DrainReport { contests: number, ballots: number, results: RaceResult[], secret: RaceResult, beside: RaceResult, withoutStreams: string | undefined }

/** A backlog counted by the tabulator and by its peers, one after the other, from the same topic of the same broker; and by the tabulator with secret ballots beside open ones. */
export async function measureDrain({ ballots, contests, peers, profile }: DrainOptions, tell: (line: string) => void): Promise<DrainReport[]> {
  tell('starting Postgres and Kafka')
  await using postgres = await startOwnPostgres()
  await using kafka = await startOwnKafka()
  const program = peers.includes('streams') ? await prepareStreamsProgram() : { available: false as const, reason: 'it was left out' }
  const raceAll = async (count: number, ballotSecrecy: BallotSecrecy, entrantsOf: (course: Course) => Contestant[]): Promise<RaceResult[]> => {
    await using network = await createTestNetwork({
      suite: `bench-drain-${count}-${ballotSecrecy}`, apis: 0, workers: [{ ROLES: 'tabulator' }], env: { LOG_LEVEL: 'warn', ...profilingEnv(profile) },
      servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers },
    })
    // Ready once, so that its start is not measured; it comes back when its turn has come.
    await network.workers[0]?.stop()
    const results: RaceResult[] = []
    for (const entrant of entrantsOf(await prepareCourse(network, count, ballots, ballotSecrecy))) {
      tell(entrant.name)
      results.push(await race(entrant, ballots, { postgresPid: postgres.pid() ?? 0, kafkaPid: kafka.pid() ?? 0 }))
    }
    return results
  }
  const reports: DrainReport[] = []
  for (const count of contests) {
    const results = await raceAll(count, 'OPEN', (course) => [tabulator(course), ...peersOf(course, peers, program)])
    const [secret] = await raceAll(count, 'SECRET', (course) => [tabulator(course)])
    const [beside] = await raceAll(count, 'OPEN', (course) => [tabulator(course)])
    if (secret === undefined || beside === undefined) throw new Error('Secret ballots were not compared with open ones.')
    reports.push({ contests: count, ballots, results, secret, beside, withoutStreams: program.available ? undefined : program.reason })
  }
  return reports
}

function peersOf(course: Course, peers: readonly Peer[], program: StreamsProgram): Contestant[] {
  return [
    ...peers.includes('kafkajs') ? [kafkajsLoop(course, 'count'), kafkajsLoop(course, 'parse')] : [],
    ...program.available ? [kafkaStreams(course, program, 'dsl'), kafkaStreams(course, program, 'tuned')] : [],
  ]
}

async function prepareCourse(network: Course['network'], contests: number, ballots: number, ballotSecrecy: BallotSecrecy): Promise<Course> {
  await using open = await openElection(network.databaseUrl, { contests, boxes: 8, ballotSecrecy })
  await using eventLog = createKafkaEventLog({ brokers: network.kafkaBrokers, topicPrefix: network.topicPrefix, clientId: 'bench-backlog' })
  await eventLog.createTopics([{ name: 'streams-counts', partitions: 8, isCompacted: true }])
  const progress = createProgress('building the backlog', ballots, 'ballots')
  try {
    await buildBacklog({ pool: network.pool, eventLog, election: open.election, ballots, onBuilt: (built) => progress.add(built) })
  } finally {
    progress.stop()
  }
  await network.pool.query('VACUUM (ANALYZE) box_entry')
  await network.pool.query('CHECKPOINT')
  return { network, election: open.election, ballots, expected: expectedCounts(open.election, ballots) }
}
