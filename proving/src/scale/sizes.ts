import { createOpenElection, openElection } from '@livetally/bench/parts'
import type { Election } from '@livetally/core/election'
import { createBallotLedger, openDatabase } from '@livetally/core/store'
import { eventually } from '@livetally/local/test-network'
import { createProgress } from '@livetally/simulator'
import { cast } from './casting.js'
import { expectRecountAgrees, reached } from './standing.js'
import { ONE_OF_EACH, ROLE_NAMES, startMeasuredSystem, type MeasuredSystem } from './system.js'

export interface SizeReport {
  what: string
  ballots: number
  /** From the first ballot cast to the last one published. */
  seconds: number
  /** From the last ballot cast to its being published. */
  behindSeconds: number
  /** MiB, PSS, the most that was seen. */
  memory: Readonly<Record<string, number>>
  /** Cores in use while nothing was to be done. */
  idleCores: Readonly<Record<string, number>>
  databaseMiB: number
  recountSeconds: number
}

export interface SizeOptions { ballots: number, rate?: number }

/** One election of many places and contests. */
export function measureWide({ ballots, rate = 500 }: SizeOptions, { places, contests }: { places: number, contests: number }, tell: (line: string) => void): Promise<SizeReport> {
  return measureOne('scale-wide', `${places.toLocaleString('en')} reporting units, ${contests} contests`, { contests, boxes: 16, places }, { ballots, rate }, tell)
}

/** One election of many ballots, as fast as the ledger takes them. */
export function measureLarge({ ballots }: SizeOptions, tell: (line: string) => void): Promise<SizeReport> {
  return measureOne('scale-large', `${ballots.toLocaleString('en')} ballots in one election`, { contests: 3, boxes: 16 }, { ballots }, tell)
}

async function measureOne(suite: string, what: string, shape: { contests: number, boxes: number, places?: number }, { ballots, rate }: SizeOptions, tell: (line: string) => void): Promise<SizeReport> {
  await using system = await startMeasuredSystem({ suite, workers: ONE_OF_EACH, names: ROLE_NAMES })
  const { network } = system
  tell(`opening the election: ${what}`)
  await using open = await openElection(network.databaseUrl, shape)
  await using ledger = createBallotLedger(open.database)
  const slug = open.structure.definition.slug
  const stream = network.subscribe(WATCH, { id: `e${open.election.key}` })
  const watching = (async () => { for await (const _ of stream) continue })().catch(() => undefined)
  const times = await timed(system, ballots, (onCast) => cast({ ledger, election: open.election, from: 0, count: ballots, onCast, ...(rate === undefined ? {} : { rate }) }))
  const idleCores = await idle(system)
  await stream.close()
  await watching
  tell('counting again from nothing')
  const recounted = await expectRecountAgrees(network, slug)
  return { what, ballots, ...times, idleCores, memory: { ...system.memory() }, databaseMiB: await databaseMiB(system), recountSeconds: recounted.seconds }
}

const WATCH = 'subscription Watch($id: ID!) { electionResults(electionId: $id) { revision ballotsCast contests { totals { votes } } } }'

/** Many small elections, all open at once, all voted in by turns. */
export async function measureMany({ ballots }: SizeOptions, elections: number, tell: (line: string) => void): Promise<SizeReport> {
  await using system = await startMeasuredSystem({ suite: 'scale-many', workers: ONE_OF_EACH, names: ROLE_NAMES })
  const { network } = system
  await using database = await openDatabase({ databaseUrl: network.urlOf('api'), role: 'api', applicationName: 'livetally-scale' })
  await using ledger = createBallotLedger(database)
  const opening = createProgress('opening elections', elections, 'elections')
  const opened: Election[] = []
  for (let at = 0; at < elections; at += 1) {
    opened.push(await createOpenElection(database, { contests: 1, boxes: 1, places: 3, slug: `small-${at}` }))
    opening.add(1)
  }
  opening.stop()
  const each = Math.max(1, Math.round(ballots / elections))
  const times = await timed(system, each * elections, async (onCast) => {
    for (let round = 0; round < each; round += 1) for (const election of opened) await cast({ ledger, election, from: round, count: 1, onCast })
  })
  const idleCores = await idle(system)
  tell('counting every hundredth election again from nothing')
  const began = performance.now()
  for (let at = 0; at < elections; at += 100) await expectRecountAgrees(network, `small-${at}`)
  return {
    what: `${elections.toLocaleString('en')} small elections at once`, ballots: each * elections, ...times, idleCores,
    memory: { ...system.memory() }, databaseMiB: await databaseMiB(system), recountSeconds: (performance.now() - began) / 1_000,
  }
}

/** Waits until everything is published that `work` cast. */
export async function timed({ network }: MeasuredSystem, ballots: number, work: (onCast: (count: number) => void) => Promise<void>): Promise<{ seconds: number, behindSeconds: number }> {
  const progress = createProgress('voting', ballots, 'ballots')
  const began = performance.now()
  try {
    await work(progress.add)
  } finally {
    progress.stop()
  }
  const voted = performance.now()
  await reached(network, 'published', ballots)
  const ended = performance.now()
  return { seconds: (ended - began) / 1_000, behindSeconds: (ended - voted) / 1_000 }
}

const SETTLE_MS = 5_000
const IDLE_MS = 10_000

/** Cores in use by each part while nothing is to be done. */
export async function idle(system: MeasuredSystem): Promise<Record<string, number>> {
  const passes = async (ms: number): Promise<number> => {
    const from = performance.now()
    return eventually(() => performance.now() - from >= ms && performance.now() - from, { limitMs: ms * 2 })
  }
  await passes(SETTLE_MS)
  const before = await system.cpu()
  const lasted = await passes(IDLE_MS)
  const after = await system.cpu()
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / lasted]))
}

export async function databaseMiB({ network }: MeasuredSystem): Promise<number> {
  const { rows: [row] } = await network.pool.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes')
  return (row?.bytes ?? 0) / 1_048_576
}
