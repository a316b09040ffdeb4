import { createTestNetwork, eventually, startOwnKafka, startOwnPostgres } from '@livetally/local/test-network'
import { ballotOf, bringToOpen, createApiClient, createElection, createElectorate, createLoad, demoElection, readShape, type ApiClient, type IngestBallot } from '@livetally/simulator'
import { percentiles } from '../percentiles.js'
import { cpuTimeMs, residentMiB } from '../process-cost.js'
import { profilingEnv } from '../profiling-env.js'
import { castEvenly, type Answer } from './cast-load.js'
import { releaseDelaysOf, watchReleases } from './released.js'
import { delaysOf, readPlaces, watch } from './viewers.js'
import { signInVoters } from './voters.js'

export interface LatencyOptions {
  /** Ballots a second. */
  rate: number
  /** Of these, how many a second by castVote, one request each; the others come in castVotes of a counting centre, 50 at a time. */
  direct: number
  seconds: number
  viewers: number
  profile?: string
}

export interface ProcessCost { name: string, cpuPerBallotUs: number, cores: number, idleCores: number, residentMiB: number }

export interface LatencyReport {
  ballots: number
  /** ms from the answer of castVote to the first message that contains the ballot, at the first viewer, the last, and the one between. */
  published: { p50: number, p95: number, p99: number, max: number }
  /** ms from the answer of castVote to the first message in which the ballot's choices are, of ballots cast early enough to see it; `held`: so many were not shown until the end. */
  released: { p50: number, p95: number, p99: number, max: number, ballots: number, held: number, places: number, releaseSize: number }
  /** ms from sending castVote to its answer. */
  accepted: { p50: number, p95: number, p99: number }
  /** Messages that one viewer got. */
  messages: number
  processes: ProcessCost[]
}

const WARM_UP_S = 5
const IDLE_S = 10
const BALLOTS_PER_REQUEST = 50
/** Ballots cast in the last seconds may wait for others that never come: their choices are not timed. */
const LAST_S = 5
const DEFAULT_RELEASE_SIZE = 10

/** Measures a whole system of its own: one API, one worker process, Postgres with fsync on, one Kafka broker. */
export async function measureLatency(options: LatencyOptions, tell: (line: string) => void): Promise<LatencyReport> {
  const { rate, seconds, viewers, profile } = options
  const direct = Math.min(rate, options.direct)
  tell('starting Postgres, Kafka, API and workers')
  await using postgres = await startOwnPostgres()
  await using kafka = await startOwnKafka()
  await using network = await createTestNetwork({
    suite: 'bench-latency', servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers },
    env: { LOG_LEVEL: 'warn', NODE_ENV: 'production', ...profilingEnv(profile) },
  })
  const url = network.apis[0]?.url ?? ''
  await using manager = createApiClient({ url, token: network.tokens.manager })
  await using centre = createApiClient({ url, token: network.tokens.ingest })
  const definition = demoElection({ slug: 'latency', eligibleVoters: 2_000_000 })
  const created = await createElection(manager, definition)
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  const { id } = created.election
  await bringToOpen(manager, created.election)
  const shape = await readShape(manager, id)
  const [online, onPaper] = [direct * (seconds + WARM_UP_S), (rate - direct) * (seconds + WARM_UP_S)]
  tell(`preparing the ballots of ${online.toLocaleString('en')} voters at their screens and ${onPaper.toLocaleString('en')} on paper`)
  const voters = await signInVoters(network, id, createElectorate({ shape, seed: 'latency', onlineShare: 1 }), online)
  const papers = [...createElectorate({ shape, seed: 'paper', onlineShare: 0, voters: onPaper }).voters()].map(ballotOf)

  const sampled = new Set([0, viewers >> 1, viewers - 1])
  const watching = await Promise.all(Array.from({ length: viewers }, (_, at) => watch(url, id, { keepsAll: sampled.has(at) })))
  const releases = await watchReleases(url, id)
  await eventually(() => watching.every(({ messages }) => messages > 0), { limitMs: 60_000, what: 'every viewer to see something' })
  const castFor = async (from: number, lasting: number): Promise<Answer[]> => {
    const [answers] = await Promise.all([
      castEvenly(url, voters.slice(direct * from, direct * (from + lasting)), { rate: direct }),
      castPapers(centre, id, papers.slice((rate - direct) * from, (rate - direct) * (from + lasting)), rate - direct),
    ])
    return answers
  }
  const roles = [
    { name: 'api', pid: network.apis[0]?.pid() }, { name: 'workers', pid: network.workers[0]?.pid() },
    { name: 'Postgres', pid: postgres.pid() }, { name: 'Kafka', pid: kafka.pid() },
  ].flatMap(({ name, pid }) => pid === undefined ? [] : [{ name, pid }])
  const cpu = (): Promise<number[]> => Promise.all(roles.map(({ pid }) => cpuTimeMs(pid)))

  tell(`warming up for ${WARM_UP_S} s, then ${seconds} s at ${rate} ballots a second`)
  await castFor(0, WARM_UP_S)
  const [before, began] = [await cpu(), performance.now()]
  const answers = await castFor(WARM_UP_S, seconds)
  await eventually(() => watching.every(({ newest }) => newest?.ballotsCast === rate * (seconds + WARM_UP_S)), { limitMs: 60_000, what: 'every viewer to see the last ballot' })
  const [ended, after] = [performance.now(), await cpu()]
  const lasted = ended - began
  const resident = await Promise.all(roles.map(({ pid }) => residentMiB(pid)))
  tell(`measuring ${IDLE_S} s of doing nothing`)
  await untilPassed(2_000)
  const [idleBefore, idleBegan] = [await cpu(), performance.now()]
  await untilPassed(IDLE_S * 1_000)
  const [idleAfter, idleLasted] = [await cpu(), performance.now() - idleBegan]

  const places = await readPlaces(network)
  const seen = watching.filter((_, at) => sampled.has(at)).map((viewer) => viewer.seen())
  const [p50 = 0, p95 = 0, p99 = 0, max = 0] = percentiles(seen.flatMap((messages) => delaysOf(places, answers, messages)), [50, 95, 99, 100])
  const early = answers.filter(({ answeredAt }) => answeredAt < began + Math.max(seconds - LAST_S, seconds / 2) * 1_000)
  const { ms, held } = releaseDelaysOf(places, early, releases.seen(), ended)
  const [r50 = 0, r95 = 0, r99 = 0, latest = 0] = percentiles(ms, [50, 95, 99, 100])
  const [a50 = 0, a95 = 0, a99 = 0] = percentiles(answers.map(({ askedAt, answeredAt }) => answeredAt - askedAt), [50, 95, 99])
  const messages = seen[0]?.filter(({ at }) => at >= began && at <= began + lasted).length ?? 0
  await Promise.all([...watching, releases].map((viewer) => viewer[Symbol.asyncDispose]()))
  const ballots = rate * seconds
  return {
    ballots, messages,
    published: { p50, p95, p99, max },
    released: { p50: r50, p95: r95, p99: r99, max: latest, ballots: early.length, held, places: shape.places.length, releaseSize: definition.releaseSize ?? DEFAULT_RELEASE_SIZE },
    accepted: { p50: a50, p95: a95, p99: a99 },
    processes: roles.map(({ name }, at) => {
      const used = (after[at] ?? 0) - (before[at] ?? 0)
      return { name, cpuPerBallotUs: (used * 1_000) / ballots, cores: used / lasted, idleCores: ((idleAfter[at] ?? 0) - (idleBefore[at] ?? 0)) / idleLasted, residentMiB: resident[at] ?? 0 }
    }),
  }
}

/** The ballots that a counting centre sends, `rate` a second; every one must be accepted. */
async function castPapers(client: ApiClient, electionId: string, ballots: readonly IngestBallot[], rate: number): Promise<void> {
  if (ballots.length === 0) return
  const summary = await createLoad({ client, electionId, ballots, rate, batch: BALLOTS_PER_REQUEST, inFlight: 2, keepRecords: false }).run()
  if (summary.accepted !== ballots.length) throw new Error(`${summary.accepted} of ${ballots.length} ballots were accepted: ${JSON.stringify(summary.refused)}`)
}

async function untilPassed(ms: number): Promise<void> {
  const began = performance.now()
  await eventually(() => performance.now() - began > ms, { limitMs: ms * 2, everyMs: 500 })
}
