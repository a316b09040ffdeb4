import type { Election } from '@livetally/core/election'
import { TOPIC } from '@livetally/core/events'
import type { TestNetwork } from '@livetally/local/test-network'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contestant } from './contestant.js'
import { startCountingProgram } from './counting-program.js'
import type { StreamsProgram } from './streams-program.js'

export interface Course { network: TestNetwork, election: Election, ballots: number, expected: readonly number[] }

/** LiveTally's own: the worker process with role tabulator and nothing else, its flushes committed in Postgres. */
export function tabulator({ network, election, ballots }: Course): Contestant {
  const [worker] = network.workers
  if (worker === undefined) throw new Error('This network has no worker.')
  const positions = async (): Promise<number> => {
    const { rows } = await network.pool.query<{ counted: string }>({ name: 'counted', text: 'SELECT coalesce(sum(next_seq), 0) AS counted FROM box_position WHERE election = $1', values: [election.key] })
    return Number(rows[0]?.counted)
  }
  return {
    name: election.structure.secrecy === undefined ? 'LiveTally tabulator' : 'LiveTally tabulator, secret ballots',
    async start() {
      await worker.start()
      return {
        pid: worker.pid() ?? 0,
        async counted() {
          if (worker.pid() === undefined) throw new Error(`The tabulator died: ${await worker.log()}`)
          return positions()
        },
        async verify() {
          const { rows } = await network.pool.query<{ wrong: string }>(POSITIONS_OFF_THE_LEDGER, [election.key])
          if (rows.length > 0 || await positions() !== ballots) throw new Error(`The tabulator's positions are not the ledger's: ${JSON.stringify(rows)}`)
        },
        [Symbol.asyncDispose]: async () => { await worker.stop() },
      }
    },
  }
}

const POSITIONS_OFF_THE_LEDGER = `
  SELECT b.box, b.next_seq, p.next_seq AS counted FROM ballot_box b LEFT JOIN box_position p ON p.election = b.election AND p.box = b.box
  WHERE b.election = $1 AND b.next_seq > 0 AND (b.next_seq, b.chain) IS DISTINCT FROM (p.next_seq, p.chain)`

/** A loop of kafkajs that counts records, with JSON.parse or without. */
export function kafkajsLoop({ network, ballots }: Course, way: 'count' | 'parse'): Contestant {
  const script = fileURLToPath(new URL('./kafkajs-loop.js', import.meta.url))
  return {
    name: way === 'count' ? 'kafkajs eachBatch, counting' : 'kafkajs eachBatch, JSON.parse',
    start: async () => startCountingProgram(process.execPath, [script, network.kafkaBrokers.join(','), `${network.topicPrefix}${TOPIC.ballots}`, `${network.topicPrefix}peer-${way}`, String(ballots), way], [ballots]),
  }
}

/** Kafka Streams with exactly_once_v2, as its DSL suggests or tuned. JSON by Jackson's streaming parser. */
export function kafkaStreams({ network, election, ballots, expected }: Course, program: StreamsProgram & { available: true }, way: 'dsl' | 'tuned'): Contestant {
  return {
    name: `Kafka Streams, ${way === 'dsl' ? 'DSL' : 'tuned'}`,
    async start() {
      const folder = await mkdtemp(join(tmpdir(), 'livetally-bench-streams-'))
      const layout = join(folder, 'layout.json')
      await writeFile(layout, JSON.stringify(election.structure.definition.contests.map(({ id, options }) => ({ id, options: options.map((option) => option.id) }))))
      const flags = ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error', ...way === 'tuned' ? ['-XX:+UseSerialGC'] : []]
      const running = startCountingProgram(program.java, [
        ...flags, '-cp', program.classPath, 'livetally.Main', network.kafkaBrokers.join(','), `${network.topicPrefix}streams-${way}`,
        `${network.topicPrefix}${TOPIC.ballots}`, `${network.topicPrefix}streams-counts`, way, String(ballots), layout, folder,
      ], expected)
      return {
        ...running,
        async [Symbol.asyncDispose]() {
          await running[Symbol.asyncDispose]()
          await rm(folder, { recursive: true, force: true })
        },
      }
    },
  }
}
