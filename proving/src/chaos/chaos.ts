import { eventually } from '@livetally/local/test-network'
import { voterClaims } from '@livetally/local/faults'
import { readShape, type ElectionShape } from '@livetally/simulator'
import { recount, type RecountReport } from '@livetally/stream-workers/recount'
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, type CheckReport } from './checker/check.js'
import { runSchedule } from './conductor.js'
import { createRecorder, readHistory, type Recorder } from './history/recorder.js'
import { readLedger } from './ledger-evidence.js'
import { KINDS_WITH_GOALS } from './recovery/goals.js'
import { recoveriesOf, type Recovery } from './recovery/recovery.js'
import { startSampler } from './recovery/sampler.js'
import { votesWhile, type VotesWhile } from './recovery/votes-while.js'
import { KAFKA_AWAY, KINDS_APART, type FaultKind } from './faults/fault-kinds.js'
import { planFaults, type PlannedFault } from './faults/schedule.js'
import { paperOf } from './traffic/ballot-paper.js'
import { createRoamingClient } from './traffic/roaming-client.js'
import { startViewers, type Viewers } from './traffic/viewers.js'
import { startVoting } from './traffic/voting.js'
import { createWorld, type World } from './world/world.js'

export interface ChaosOptions {
  lengthMs: number
  /** Ballots a second. */
  rate: number
  seed: number
  /** Only faults that a recovery goal is set for, one by one, with relay, tabulator and publisher in processes of their own. */
  isForRecovery?: boolean
  /** Only this: Kafka stopped for so long, while votes go on. */
  kafkaAwayMs?: number
  /** Only faults of these kinds. */
  only?: readonly FaultKind[]
  /** Done when the faults are over and before the election is closed: for a test that sees what the checker finds. */
  sabotage?: (world: World) => Promise<void>
  /** Put the ledger on the machine's own disk; then it cannot be made full. */
  onDisk?: boolean
  /** Keep the history and the logs of all processes even if nothing was found. */
  keep?: boolean
  signal?: AbortSignal
  tell: (line: string) => void
}

export interface ChaosReport {
  seed: number
  isDiskSmall: boolean
  checked: CheckReport
  recoveries: readonly Recovery[]
  recount: Pick<RecountReport, 'agrees' | 'ballots' | 'publishedBallots' | 'unpublishedBreakdowns' | 'checks'>
  /** What voters met while Kafka was away, if that was tried. */
  whileKafkaAway: VotesWhile | undefined
  /** ms in which no ballot of anybody was accepted, at most. */
  longestSilenceMs: number
  isSound: boolean
}

const VIEWERS = 4
const BOXES = 8
/** Electorates vote by turnout, and not all of them do. */
const ELIGIBLE_PER_VOTE = 3
const GIVE_UP_AFTER_MS = 120_000

/** Runs the system under faults while people vote and watch, then holds everything that was recorded against the ledger. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { tell } = options
  const folder = await mkdtemp(join(tmpdir(), 'livetally-chaos-'))
  const file = join(folder, 'history.jsonl')
  let isKept = options.keep === true
  try {
    tell('starting Postgres, Kafka, two API and two worker processes')
    const votes = Math.ceil(((options.lengthMs + (options.kafkaAwayMs ?? 0)) / 1_000) * options.rate)
    await using world = await createWorld({ boxes: BOXES, eligibleVoters: Math.max(20_000, votes * ELIGIBLE_PER_VOTE), wantsSmallDisk: options.onDisk !== true, areRolesApart: options.isForRecovery === true, tell })
    const shape = await readShape(world.election.client, world.election.election.id)
    try {
      await record(world, shape, file, options)
      const report = await judge(world, shape, file, options)
      isKept ||= !report.isSound
      return report
    } finally {
      if (isKept) await copyLogs(world.network.home, folder)
    }
  } finally {
    if (isKept) tell(`history and logs are kept in ${folder}`)
    else await rm(folder, { recursive: true, force: true })
  }
}

async function copyLogs(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) if (name.endsWith('.log')) await copyFile(join(from, name), join(to, name))
}

async function record(world: World, shape: ElectionShape, file: string, options: ChaosOptions): Promise<void> {
  const { network, election: { election, electorate } } = world
  await using recorder = createRecorder(file)
  await using sampler = await startSampler(network, world.electionKey, recorder.record)
  let requests = 0
  await using client = createRoamingClient({
    urls: network.apis.map(({ url }) => url), token: network.tokens.ingest, record: recorder.record, giveUpAfterMs: GIVE_UP_AFTER_MS, first: () => requests++,
  })
  const viewers = startViewers({ network, electionId: election.id, shape, count: VIEWERS, record: recorder.record })
  await eventually(() => viewers.last.size === VIEWERS, { what: 'all viewers to see the results' })
  const exp = Math.floor(Date.now() / 1_000) + 86_400
  const voting = startVoting({
    client, electionId: election.id, electorate, shape, rate: options.rate, ready: recorder.ready,
    tokenOf: (voter) => network.issueVoterToken(voterClaims(election.id, voter, exp)),
  })
  await runSchedule(world, options.kafkaAwayMs === undefined ? faultsFor(world, options) : [], { ...options, record: recorder.record, status: () => statusOf(recorder, viewers, sampler.samples.at(-1)) })
  options.tell('the faults are over; mending what is broken, and waiting for the last voters')
  await world.heal()
  const summary = await voting.stop()
  await options.sabotage?.(world)
  options.tell(`${summary.accepted.toLocaleString('en')} ballots came in batches; closing the election`)
  await world.election.close()
  await awaitComplete(viewers, options.tell)
  await viewers.stop()
}

function faultsFor({ disk }: World, { seed, lengthMs, only = [], isForRecovery = false }: ChaosOptions): PlannedFault[] {
  if (isForRecovery) return planFaults({ seed, lengthMs, only: only.length === 0 ? KINDS_WITH_GOALS : only, isEachAlone: true })
  return planFaults({ seed, lengthMs, without: [...KINDS_APART, ...(disk === undefined ? ['disk full' as const] : [])], only })
}

function statusOf({ lines }: Recorder, { newest }: Viewers, sample: { boxes: readonly { accepted: number }[] } | undefined): string {
  const accepted = sample?.boxes.reduce((sum, box) => sum + box.accepted, 0) ?? 0
  return `${accepted.toLocaleString('en')} accepted, ${(newest?.ballotsCast ?? 0).toLocaleString('en')} shown in revision ${newest?.revision ?? 0}, ${lines.toLocaleString('en')} lines of history`
}

const COMPLETE_WITHIN_MS = 90_000

/** Whoever has not seen the complete results by then is found by the checker. */
async function awaitComplete(viewers: Viewers, tell: (line: string) => void): Promise<void> {
  const complete = () => [...viewers.last.values()].every(({ status }) => status === 'UNOFFICIAL_COMPLETE')
  await eventually(complete, { limitMs: COMPLETE_WITHIN_MS, what: 'every viewer to see the complete results' }).catch((error: unknown) => tell(String(error)))
}

async function judge({ network, election: { election }, electionKey, disk }: World, shape: ElectionShape, file: string, { seed, tell }: ChaosOptions): Promise<ChaosReport> {
  tell('checking the history against the ledger')
  const ledger = await readLedger(network.pool, electionKey)
  const { election: { releaseSize } } = await network.graphql<{ election: { releaseSize: number } }>('query ($id: ID!) { election(id: $id) { releaseSize } }', { id: election.id })
  const checked = await check(readHistory(file), ledger, paperOf(shape, releaseSize), VIEWERS)
  tell('counting again from nothing')
  const found = await recount(network.urlOf('auditor'), election.slug)
  if (found === undefined) throw new Error('the recount found no election')
  const { agrees, ballots, publishedBallots, unpublishedBreakdowns, checks } = found
  const recoveries = await recoveriesOf(readHistory(file))
  const away = recoveries.find(({ fault }) => fault.kind === KAFKA_AWAY)?.fault
  return {
    seed,
    isDiskSmall: disk !== undefined,
    checked,
    recoveries,
    recount: { agrees, ballots, publishedBallots, unpublishedBreakdowns, checks },
    whileKafkaAway: away && await votesWhile(readHistory(file), { from: away.at, until: away.endedAt }),
    longestSilenceMs: await longestSilence(file),
    isSound: checked.findings.isClean && agrees && ballots === publishedBallots && unpublishedBreakdowns.length === 0,
  }
}

async function longestSilence(file: string): Promise<number> {
  const answered: number[] = []
  for await (const line of readHistory(file)) {
    if (line.type === 'attempt' && 'answers' in line.outcome && line.outcome.answers.some(({ verdict }) => verdict === 'accepted')) answered.push(line.answeredAt)
  }
  answered.sort((one, other) => one - other)
  return answered.reduce((longest, at, index) => Math.max(longest, at - (answered[index - 1] ?? at)), 0)
}
