import { createTokens } from '@livetally/api/auth'
import { createTestNetwork, eventually, startOwnKafka, startOwnPostgres, type TestNetwork } from '@livetally/local/test-network'
import { bringToOpen, createApiClient, createElection, createElectorate, demoElection, readShape } from '@livetally/simulator'
import { randomBytes } from 'node:crypto'
import { percentiles } from '../percentiles.js'
import { cpuTimeMs, residentMiB } from '../process-cost.js'
import { castEvenly, type Answer } from './cast-load.js'
import { signInVoters } from './voters.js'

export interface LatencyOptions { rate: number, seconds: number, viewers: number }

export interface LatencyReport {
  ballots: number
  /** ms from the answer of castVote to the first message at the subscriber that contains the ballot. */
  published: { p50: number, p95: number, p99: number, max: number }
  /** ms from sending castVote to its answer. */
  accepted: { p50: number, p95: number, p99: number }
  messages: number
  processes: { name: string, cpuPerBallotUs: number, cores: number, idleCores: number, residentMiB: number }[]
}

const WATCH = `subscription Watch($id: ID!) {
  electionResults(electionId: $id) { revision ballotsCast contests { totals { option { id } votes share { percent } } } boxes { box nextSeq } }
}`

interface Message { electionResults: { revision: number, ballotsCast: number, boxes: { box: number, nextSeq: number }[] } }
interface Seen { at: number, boxes: Map<number, number>, ballotsCast: number }

const WARM_UP_S = 5
const IDLE_S = 5

/** Measures a whole system of its own: one API, one worker process, Postgres with fsync on, one Kafka broker. */
export async function measureLatency({ rate, seconds, viewers }: LatencyOptions, tell: (line: string) => void): Promise<LatencyReport> {
  tell('starting Postgres, Kafka, API and workers')
  await using postgres = await startOwnPostgres()
  await using kafka = await startOwnKafka()
  const masterKey = randomBytes(32)
  await using network = await createTestNetwork({
    suite: 'bench-latency', servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers },
    env: { LIVETALLY_MASTER_KEY: masterKey.toString('base64'), LOG_LEVEL: 'warn' },
  })
  const url = network.apis[0]?.url ?? ''
  await using client = createApiClient({ url, token: await createTokens(masterKey).issue({ role: 'MANAGER' }) })
  const created = await createElection(client, demoElection({ slug: 'latency', eligibleVoters: 2_000_000 }))
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  await bringToOpen(client, created.election)
  const electorate = createElectorate({ shape: await readShape(client, created.election.id), seed: 'latency', onlineShare: 1 })
  const count = rate * (seconds + WARM_UP_S)
  tell(`signing in ${count.toLocaleString('en')} voters`)
  const voters = await signInVoters(masterKey, created.election.id, electorate, count)

  const watched = watch(network, created.election.id)
  const others = Array.from({ length: viewers - 1 }, () => watch(network, created.election.id))
  await eventually(() => watched.seen.length > 0 && others.every(({ seen }) => seen.length > 0))
  const roles = [
    { name: 'api', pid: network.apis[0]?.pid() }, { name: 'workers', pid: network.workers[0]?.pid() },
    { name: 'Postgres', pid: postgres.pid() }, { name: 'Kafka', pid: kafka.pid() },
  ].flatMap(({ name, pid }) => pid === undefined ? [] : [{ name, pid }])
  const cpu = (): Promise<number[]> => Promise.all(roles.map(({ pid }) => cpuTimeMs(pid)))

  tell(`warming up for ${WARM_UP_S} s, then ${seconds} s at ${rate} ballots a second`)
  await castEvenly(url, voters.slice(0, rate * WARM_UP_S), rate)
  const before = await cpu()
  const began = performance.now()
  const answers = await castEvenly(url, voters.slice(rate * WARM_UP_S), rate)
  await eventually(() => watched.seen.at(-1)?.ballotsCast === count, { limitMs: 60_000, what: 'the last ballot to be published' })
  const lasted = performance.now() - began
  const after = await cpu()
  const resident = await Promise.all(roles.map(({ pid }) => residentMiB(pid)))
  tell(`measuring ${IDLE_S} s of doing nothing`)
  await eventually(() => performance.now() - began - lasted > 2_000, { limitMs: 5_000 })
  const idleBefore = await cpu()
  const idleBegan = performance.now()
  await eventually(() => performance.now() - idleBegan > IDLE_S * 1_000, { limitMs: IDLE_S * 2_000 })
  const idleAfter = await cpu()
  const idleLasted = performance.now() - idleBegan

  const delays = await delaysOf(network, answers, watched.seen)
  const [p50 = 0, p95 = 0, p99 = 0, max = 0] = percentiles(delays, [50, 95, 99, 100])
  const [a50 = 0, a95 = 0, a99 = 0] = percentiles(answers.map(({ askedAt, answeredAt }) => answeredAt - askedAt), [50, 95, 99])
  await Promise.all([watched, ...others].map(({ close }) => close()))
  return {
    ballots: answers.length,
    published: { p50, p95, p99, max },
    accepted: { p50: a50, p95: a95, p99: a99 },
    messages: watched.seen.filter(({ at }) => at >= began).length,
    processes: roles.map(({ name }, at) => {
      const used = (after[at] ?? 0) - (before[at] ?? 0)
      return { name, cpuPerBallotUs: (used * 1_000) / answers.length, cores: used / lasted, idleCores: ((idleAfter[at] ?? 0) - (idleBefore[at] ?? 0)) / idleLasted, residentMiB: resident[at] ?? 0 }
    }),
  }
}

function watch(network: TestNetwork, id: string): { seen: Seen[], close: () => Promise<void> } {
  const seen: Seen[] = []
  const stream = network.subscribe<Message>(WATCH, { id })
  const ended = (async () => {
    for await (const { electionResults } of stream) {
      seen.push({ at: performance.now(), ballotsCast: electionResults.ballotsCast, boxes: new Map(electionResults.boxes.map(({ box, nextSeq }) => [box, nextSeq])) })
    }
  })().catch(() => undefined)
  return {
    seen,
    async close() {
      await stream.close()
      await ended
    },
  }
}

/** For each ballot, how long after its answer the first message came that contains it; 0 if the message was there before the answer. */
async function delaysOf(network: TestNetwork, answers: readonly Answer[], seen: readonly Seen[]): Promise<number[]> {
  const { rows } = await network.pool.query<{ tracker: string, box: number, seq: string }>('SELECT tracker, box, seq FROM box_entry')
  const places = new Map(rows.map((row) => [row.tracker, { box: row.box, seq: Number(row.seq) }]))
  return answers.map(({ tracker, answeredAt }) => {
    const place = places.get(tracker)
    const message = place && firstHolding(seen, place)
    if (message === undefined) throw new Error(`Ballot ${tracker} was acknowledged and never published.`)
    return Math.max(0, message.at - answeredAt)
  })
}

function firstHolding(seen: readonly Seen[], { box, seq }: { box: number, seq: number }): Seen | undefined {
  let low = 0
  let high = seen.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((seen[middle]?.boxes.get(box) ?? 0) > seq) high = middle
    else low = middle + 1
  }
  return seen[low]
}
