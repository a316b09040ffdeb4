import { parseResultsPublished, TOPIC } from '@livetally/core/events'
import { createMetrics, type Metrics } from '@livetally/stream-workers/parts'
import { DRILLS, type Drill, type DrillName } from './drills.js'
import { allGuardsBut, type Guard } from './guards.js'
import { createInstallation } from './installation.js'
import { countedBoxes, judge, sealsOf } from './judgement.js'
import { planClerks } from './clerks.js'
import { isDone } from './completeness.js'
import { planExtensions } from './extensions.js'
import { planMayhem } from './mayhem.js'
import { createPostgres } from './postgres/postgres.js'
import { seenRevisionOf } from './postgres/revision-store.js'
import { boxKey, type Tables } from './postgres/tables.js'
import { drawFrom } from './random.js'
import { createSchedule } from './schedule.js'
import { inviteThirdParty } from './third-party/invite.js'
import { judgeVerdicts } from './third-party/judge-verdicts.js'
import { foundTown } from './town.js'
import { watch } from './viewer.js'
import { gatherElectorate } from './voters.js'
import { createWeather } from './weather.js'

export interface Outcome {
  seed: number
  /** What went wrong, in words; empty if nothing did. */
  problems: string[]
  /** Equal for equal schedules. */
  digest: string
  steps: number
  /** Seconds of virtual time. */
  seconds: number
  ballots: number
  revisions: number
  /** What a third party handed in; 0 where none takes part. */
  handedIn: number
  /** The schedule, one line per event, if it was asked for. */
  lines: readonly string[]
}

export interface SimulationOptions {
  seed: number
  without?: readonly Guard[]
  drill?: DrillName | undefined
  keepLines?: boolean
}

/** Shortly before an hour ends: panes are rolled up by whole hours. */
const STARTS_AT = Date.parse('2026-11-03T06:59:50Z')
const VOTES_END_MS = 20_000
const MAYHEM_ENDS_MS = 26_000
/** What is still open then is closed, and certified if that is how it ends, so long after everything heals. */
const CLOSED_AFTER_MS = 6_000
const CERTIFIED_AFTER_MS = 9_000
/** Longer than every lease, session, patience and comparison together. */
const MOST_HEALING_MS = 120_000
/** Rest that is disturbed, by what was lost before and is given up only now, returns within this. The longest wait of all: 30 s pass until a publisher looks again at an election that seemed complete. */
const MOST_DISTURBED_MS = 45_000
/** So long all must stay done. */
const QUIET_MS = 5_000

let metrics: Metrics | undefined

/** Runs one schedule of faults to its end, lets everything heal, and judges what came out. */
export async function simulate({ seed, without = [], drill: drillName, keepLines = false }: SimulationOptions): Promise<Outcome> {
  const random = drawFrom(String(seed))
  const schedule = createSchedule(random, keepLines)
  const drill: Drill | undefined = drillName && DRILLS[drillName]
  const votesEndMs = drill?.votesEndMs ?? VOTES_END_MS
  const weather = createWeather(random.fork('weather'), drill?.weather)
  const postgres = createPostgres(schedule, STARTS_AT)
  const problems = new Set<string>()
  const lost = new Set<string>()
  /** Elections whose last revision a frozen publisher had committed and not announced when a restore took it: only viewers knew of it. */
  const unannounced = new Set<number>()
  let restores = 0
  const town = foundTown(random.fork('town'), postgres, votesEndMs)
  const lastPhase = drill?.lastPhase ?? (random.fork('last phase').chance(0.3) ? 'CERTIFIED' : 'CLOSED')
  metrics ??= createMetrics()
  const guest = await inviteThirdParty(random.fork('ingest'), { town, startsAt: STARTS_AT, untilMs: votesEndMs, weather })
  const installation = createInstallation({
    schedule, weather, postgres, metrics, guards: allGuardsBut(...without), drill, startsAt: STARTS_AT, signatures: guest?.signatures,
    onFeed: (election, feed, process) => watch({ feed, boxes: (vector) => countedBoxes(postgres, election, vector), seals: () => sealsOf(postgres, election), isNumberedOnce: () => isNumberedOnce(election), isCountedAlways: drill?.isCountedAlways === true, wasRestored: () => restores > 0, complain: (problem) => problems.add(`election ${election} as ${process.name} showed it: ${problem}`) }),
  })
  const isNumberedOnce = (election: number): boolean => weather.isLogKept && !postgres.revived.has(election) && !unannounced.has(election) && installation.machines.every(({ kind, isFirst }) => kind === 'API' || isFirst)
  const party = guest?.arrive({ schedule, kafka: installation.kafka })
  const electorate = gatherElectorate({ schedule, weather, machines: installation.machines, postgres, town }, votesEndMs)
  const clerks = planClerks({ schedule, weather, machines: installation.machines, postgres, town }, { untilMs: MAYHEM_ENDS_MS, certifiedAtMs: lastPhase === 'CERTIFIED' ? MAYHEM_ENDS_MS + CERTIFIED_AFTER_MS : undefined })
  const extensions = planExtensions({ schedule, weather, machines: installation.machines, postgres, town })
  let known = new Set<string>()
  planMayhem({
    schedule, weather, installation, postgres, town,
    onRestoring: () => {
      known = new Set(postgres.tables.trackers.keys())
      for (const key of weather.hasZombies ? postgres.tables.revisions.keys() : []) if (!isAnnounced(key)) unannounced.add(key)
    },
    onRestored: () => {
      restores += 1
      clerks.missEdits()
      for (const tracker of known) if (!postgres.tables.trackers.has(tracker)) lost.add(tracker)
    },
  }, MAYHEM_ENDS_MS)

  const isAnnounced = (key: number): boolean => {
    const newest = postgres.tables.revisions.get(key)?.at(-1)?.revision ?? 0
    return newest === 0 || installation.kafka.topics.partitions(TOPIC.results).flat().some(({ value }) => {
      const parsed = parseResultsPublished(value)
      return parsed.ok && parsed.event.election === key && parsed.event.revision >= newest
    })
  }
  // Asked after every step: what is cheap to see and late to come true first.
  const isAtRest = (): boolean => town.elections.every(({ key }) => postgres.tables.elections.get(key)?.phase === lastPhase && isShown(key) && isPublished(key) && isCounted(key))
    && clerks.corrections.every(({ isSettled }) => isSettled) && electorate.voters.every(({ isAnswered }) => isAnswered) && party?.isSettled() !== false
    && !postgres.isAway && !installation.kafka.isAway && installation.kafka.topics.underway === 0
  const isShown = (key: number): boolean => {
    const newest = postgres.tables.revisions.get(key)?.at(-1)?.revision
    return newest !== undefined && installation.machines.every(({ kind, feeds }) => {
      if (kind === 'WORKER') return true
      const facts = feeds.get(key)?.current().facts
      return facts?.revision === newest && isDone(facts.status)
    })
  }
  const isCounted = (key: number): boolean => {
    const { tables } = postgres
    const boxes = Array.from({ length: (tables.elections.get(key)?.structure.correctionsBox ?? 0) + 1 }, (_, box) => boxKey(key, box))
    return boxes.every((box) => isBoxAtRest(tables, key, box) && (!weather.isLogSound || (tables.relays.get(box)?.nextSeq ?? 0) >= (tables.boxes.get(box)?.nextSeq ?? 0)))
  }

  const isPublished = (key: number): boolean => {
    const row = postgres.tables.revisions.get(key)?.at(-1)
    return row !== undefined && seenRevisionOf(row).vector.every(({ box, generation, nextSeq }) => {
      const position = postgres.tables.positions.get(boxKey(key, box))
      return (position?.nextSeq ?? 0) === nextSeq && (position?.generation ?? 1) === generation
    })
  }

  await schedule.run(() => false, MAYHEM_ENDS_MS)
  schedule.trace.note('mayhem', 'ends: everything heals')
  weather.clear()
  installation.heal()
  electorate.insist()
  schedule.after(CLOSED_AFTER_MS, () => changeAll('close'))
  if (lastPhase === 'CERTIFIED') schedule.after(CERTIFIED_AFTER_MS, () => changeAll('certify'))
  const changeAll = (change: 'close' | 'certify'): void => {
    const api = installation.machines.find((machine) => machine.api !== undefined)?.api
    for (const { key } of town.elections) {
      // Asked until it is so: the answer may be lost, or the API have died.
      void api?.changePhase(key, change).catch(() => undefined)
      if (postgres.tables.elections.get(key)?.phase !== lastPhase) schedule.after(3_000, () => changeAll(change))
    }
  }
  const healedBy = MAYHEM_ENDS_MS + MOST_HEALING_MS
  // Rest is what lasts: what was asked for before, and is still on its way to the database, heals like all else.
  const comesToRest = async (until: number): Promise<boolean> => {
    await schedule.run(isAtRest, until)
    if (!isAtRest()) return false
    await schedule.run(() => !isAtRest(), schedule.now + QUIET_MS)
    return isAtRest() || comesToRest(Math.min(healedBy, schedule.now + MOST_DISTURBED_MS))
  }
  if (!await comesToRest(healedBy)) problems.add(`it was not at rest after ${((schedule.now - MAYHEM_ENDS_MS) / 1_000).toFixed(0)} s of calm`)
  for (const problem of judge({ town, postgres, installation, voters: electorate.voters, corrections: clerks.corrections, extensions, lost, wasRestored: restores > 0, isLogSound: weather.isLogSound })) problems.add(problem)
  if (party !== undefined) for (const problem of judgeVerdicts({ party, kafka: installation.kafka, postgres, weather, voters: electorate.voters, lost, wasRestored: restores > 0 })) problems.add(problem)
  return {
    seed, problems: [...problems], digest: schedule.trace.digest, steps: schedule.steps, seconds: schedule.now / 1_000, lines: schedule.trace.lines,
    ballots: postgres.tables.participations.size,
    handedIn: party?.handed.length ?? 0,
    revisions: [...postgres.tables.revisions.values()].reduce((sum, { length }) => sum + length, 0),
  }
}

/** It is counted to its head, under the definition as it is now. */
function isBoxAtRest({ boxes, positions, elections }: Tables, election: number, box: string): boolean {
  const position = positions.get(box)
  const head = boxes.get(box)?.nextSeq ?? 0
  const wanted = elections.get(election)?.structure.breakdowns.map((names) => names.join(',')) ?? []
  if (position === undefined || head === 0) return head === 0
  return position.nextSeq === head && position.wantedGeneration <= position.generation && position.views.toSorted().join(' ') === wanted.toSorted().join(' ')
}
