import { castEvenly, delaysOf, percentiles, readPlaces, signInVoters, watch, type Answer } from '@livetally/bench/parts'
import { createTestNetwork, eventually, startOwnKafka, startOwnPostgres } from '@livetally/local/test-network'
import { bringToOpen, createApiClient, createElection, createElectorate, demoElection, readShape } from '@livetally/simulator'
import { startAttackers } from './attacking-process.js'
import type { AttackTally } from './attacks/attack.js'
import { meanMiB, watchMemory } from './memory.js'

export interface SoakOptions {
  seconds: number
  /** Votes a second, by castVote. */
  rate: number
  viewers: number
  /** Addresses that the attackers have. */
  addresses: number
  /** Attacks by their names, see `ATTACKS`; all of them unless it is said. */
  only?: readonly string[] | undefined
  tell: (line: string) => void
}

export interface SoakReport {
  seconds: number
  viewers: number
  cast: number
  accepted: number
  /** What the voters heard whose votes were not accepted, at most ten of them. */
  refusals: readonly string[]
  /** Why viewers were cut off, if they were. */
  viewersEnded: readonly string[]
  /** ms from the answer of castVote to the first message that contains the ballot. */
  published: { p50: number, p99: number, max: number }
  /** ms from sending castVote to its answer. */
  answered: { p50: number, p99: number, max: number }
  /** MiB of the API, on the mean of the second and of the last quarter of the time, and at most. */
  memory: { early: number, late: number, most: number }
  /** Whether the API was the same process throughout. */
  isSameProcess: boolean
  attacks: Readonly<Record<string, AttackTally>>
  /** Lines of the API's log at level ERROR, at most ten of them. */
  errors: readonly string[]
  isSound: boolean
}

/** The last part of the address of the first attacker; others have those before it. */
const LAST_ATTACKER = 66
const VOTERS = '127.0.1.1'
/** As many viewers share an address as a family or an office does. */
const VIEWERS_OF_AN_ADDRESS = 5
const MOST_TOLD = 10
/** More growth than this from the second quarter to the last is no noise of the collector. */
const FLAT_WITHIN = 1.25

/** All attacks at once from one address, while people vote and watch from others, against a system of its own. */
export async function runSoak({ seconds, rate, viewers, addresses, only, tell }: SoakOptions): Promise<SoakReport> {
  tell('starting Postgres, Kafka, API and workers')
  await using postgres = await startOwnPostgres()
  await using kafka = await startOwnKafka()
  await using network = await createTestNetwork({
    suite: 'soak', servers: { postgresUrl: postgres.url, kafkaBrokers: kafka.brokers },
    env: { NODE_ENV: 'production' },
  })
  const [api] = network.apis
  if (api === undefined) throw new Error('The network has no API.')
  await using manager = createApiClient({ url: api.url, token: network.tokens.manager })
  const created = await createElection(manager, demoElection({ slug: 'soak', eligibleVoters: 2_000_000 }))
  if (!created.ok) throw new Error(JSON.stringify(created.problems))
  const { id } = created.election
  await bringToOpen(manager, created.election)
  const shape = await readShape(manager, id)
  tell(`preparing ${(seconds * rate).toLocaleString('en')} voters`)
  const voters = await signInVoters(network, id, createElectorate({ shape, seed: 'soak', onlineShare: 1 }), seconds * rate)

  const watching = await Promise.all(Array.from({ length: viewers }, (_, at) =>
    watch(api.url, id, { keepsAll: at === 0 || at === viewers - 1, address: `127.0.2.${1 + Math.floor(at / VIEWERS_OF_AN_ADDRESS)}` })))
  await eventually(() => watching.every(({ messages }) => messages > 0), { limitMs: 60_000, what: 'every viewer to see something' })

  tell(`attacking for ${seconds} s while ${rate} people a second vote and ${viewers} watch`)
  const memory = watchMemory(api)
  await using attackers = startAttackers({ url: api.url, addresses: Array.from({ length: addresses }, (_, at) => `127.0.6.${LAST_ATTACKER - at}`), electionId: id, only })
  const refusals: string[] = []
  const answers = await castEvenly(api.url, voters, { rate, address: VOTERS, onRefused: (answer) => refusals.push(answer) })
  const samples = memory.stop()
  const attacks = await attackers.stop()
  await eventually(() => watching.every(({ newest, ended }) => ended !== undefined || newest?.ballotsCast === answers.length), { limitMs: 60_000, what: 'every viewer to see the last ballot' })

  const places = await readPlaces(network)
  const seen = [watching[0], watching.at(-1)].map((viewer) => viewer?.seen() ?? [])
  const viewersEnded = watching.flatMap(({ ended }) => ended ?? [])
  await Promise.all(watching.map((viewer) => viewer[Symbol.asyncDispose]()))
  const errors = (await api.log()).split('\n').filter((line) => /"level":"?(50|60|error|fatal)/i.test(line))
  const isSameProcess = new Set(samples.map(({ pid }) => pid)).size === 1
  const held = { early: meanMiB(samples, 0.25, 0.5), late: meanMiB(samples, 0.75, 1), most: Math.max(...samples.map((sample) => sample.residentMiB)) }
  return {
    seconds, viewers, cast: voters.length, accepted: answers.length, viewersEnded, attacks, isSameProcess, memory: held,
    refusals: refusals.slice(0, MOST_TOLD), errors: errors.slice(0, MOST_TOLD),
    published: delays(seen.flatMap((messages) => delaysOf(places, answers, messages))),
    answered: delays(answers.map(({ askedAt, answeredAt }: Answer) => answeredAt - askedAt)),
    isSound: isSameProcess && refusals.length === 0 && viewersEnded.length === 0 && errors.length === 0 && held.late <= held.early * FLAT_WITHIN,
  }
}

function delays(ms: readonly number[]): { p50: number, p99: number, max: number } {
  const [p50 = Number.NaN, p99 = Number.NaN, max = Number.NaN] = percentiles(ms, [50, 99, 100])
  return { p50, p99, max }
}
