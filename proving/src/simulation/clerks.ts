import type { CountChange, Correction } from '@livetally/core/election'
import { VOTE_CHANNELS } from '@livetally/core/election'
import type { ElectionDefinition } from '@livetally/core/election'
import type { Machine } from './installation.js'
import type { ApiNode } from './nodes/api-node.js'
import type { Postgres } from './postgres/postgres.js'
import { wantRebuild } from './postgres/tally-store.js'
import type { Random } from './random.js'
import type { Schedule } from './schedule.js'
import type { Town } from './town.js'
import type { Weather } from './weather.js'

/** A correction that a clerk asked for, and what the clerk was told. */
export interface AskedCorrection { readonly election: number, readonly correction: Correction, isConfirmed: boolean, isSettled: boolean }

interface Options { schedule: Schedule, weather: Weather, machines: readonly Machine[], postgres: Postgres, town: Town }

const PATIENCE_MS = 15_000
const BREAKDOWNS: readonly (readonly string[])[] = [['age', 'pet'], ['unit:WARD', 'age'], ['unit:WARD'], ['pet', 'unit:WARD']]

export interface Clerks {
  readonly corrections: readonly AskedCorrection[]
  /** A restored database may hold no edit of theirs: they edit again. */
  missEdits(): void
}

/** How soon somebody sees that an edit is gone. */
const MISSED_WITHIN_MS = 2_000

/** Corrections may come so shortly before certification. */
const LAST_MINUTE_MS = 800

/** Clerks at work before `untilMs`: they correct published counts, up to the certification if there is one, change what is broken down, and have elections counted anew. */
export function planClerks({ schedule, weather, machines, postgres, town }: Options, { untilMs, certifiedAtMs }: { untilMs: number, certifiedAtMs: number | undefined }): Clerks {
  const random = schedule.random.fork('clerks')
  const asked: AskedCorrection[] = []
  const api = () => random.pick(machines.filter(({ kind }) => kind === 'API')).api
  const some = (most: number, work: () => void): void => {
    for (let left = random.whole(1, most); left > 0; left -= 1) schedule.after(random.next() * untilMs, work)
  }
  const correct = (key: number) => (): void => {
    const desk = api()
    const correction = desk && drawCorrection(random, desk, key)
    if (desk === undefined || correction === undefined) return
    const one: AskedCorrection = { election: key, correction, isConfirmed: false, isSettled: false }
    asked.push(one)
    schedule.trace.note('clerk', `corrects election ${key}`)
    const idempotencyKey = `correction ${asked.length}`
    const ask = (triesLeft: number): void => {
      const again = (): void => schedule.after(2_000, () => ask(triesLeft - 1))
      const hear = (isConfirmed: boolean): void => { Object.assign(one, { isConfirmed, isSettled: true }) }
      const at = api()
      if (triesLeft === 0) hear(false)
      else if (at === undefined) again()
      else {
        // A process that dies answers nobody.
        let isAnswered = false
        schedule.after(PATIENCE_MS, () => { if (!isAnswered) again() })
        const answered = <Result>(work: (result: Result) => void) => (result: Result): void => {
          if (!isAnswered && !one.isSettled) {
            isAnswered = true
            work(result)
          }
        }
        at.correct(key, idempotencyKey, correction).then(answered(({ kind }) => hear(kind === 'CORRECTED')), answered(again))
      }
    }
    ask(5)
  }
  const edit = (key: number) => (): void => {
    schedule.trace.note('clerk', `edits election ${key}`)
    void api()?.edit(key, (definition) => edited(random, definition)).catch(() => undefined)
  }
  for (const { key } of town.elections) {
    if (weather.hasCorrections) some(4, correct(key))
    if (weather.hasCorrections && certifiedAtMs !== undefined) for (let left = weather.haste; left > 0; left -= 1) schedule.after(certifiedAtMs - random.next() * LAST_MINUTE_MS, correct(key))
    if (weather.hasEdits) some(3 * weather.haste, edit(key))
    if (weather.hasRebuilds) some(2 * weather.haste, () => {
      schedule.trace.note('operator', `has election ${key} counted anew`)
      wantRebuild(postgres, key)
    })
  }
  return {
    corrections: asked,
    missEdits() {
      if (weather.hasEdits) for (const { key } of town.elections) schedule.after(random.next() * MISSED_WITHIN_MS, edit(key))
    },
  }
}

function edited(random: Random, definition: ElectionDefinition): ElectionDefinition {
  return { ...definition, name: `Tea Election No. ${random.whole(1, 99)}`, breakdowns: BREAKDOWNS.filter(() => random.chance(0.4)).map((names) => [...names]) }
}

type Desk = Pick<ApiNode, 'shown'>

/** One ballot more or less at a polling place, or a vote that was none. Where choices are not told by channel, the number corrected is that of all channels. */
function drawCorrection(random: Random, { shown }: Desk, key: number): Correction | undefined {
  const now = shown(key)
  if (now === undefined) return undefined
  const { id: unit } = random.pick(now.structure.leaves)
  const channel = random.pick(VOTE_CHANNELS)
  const base = { type: random.pick(['CORRECTION', 'RETRACTION', 'RECOUNT'] as const), unit, channel, reason: 'The box under the table was counted, too.', by: 'Clerk Crumb' }
  const ballots = now.turnout(unit, channel)
  const contest = random.pick(now.structure.ballotStyle(unit))
  const { ballotSecrecy, choicesByChannel } = now.structure.definition
  const [inContest = 0, undervotes = 0, , ...votes] = now.contest(contest.id, unit, ballotSecrecy === 'OPEN' || choicesByChannel ? channel : undefined)
  const options = [...contest.optionIndex.keys()]
  const marked = options.findIndex((_, at) => (votes[at] ?? 0) > 0)
  const option = options[marked]
  const changes: CountChange[] = option !== undefined && random.chance(0.6)
    ? [{ count: 'VOTES', contest: contest.id, option, old: votes[marked] ?? 0, new: (votes[marked] ?? 0) - 1 }, { count: 'UNDERVOTES', contest: contest.id, old: undervotes, new: undervotes + 1 }]
    : [{ count: 'BALLOTS', old: ballots, new: ballots > inContest && random.chance(0.5) ? ballots - 1 : ballots + random.whole(1, 3) }]
  return { ...base, changes }
}
