import type { Ballot, ElectionPhase, VoteChannel } from '@livetally/core/election'
import type { CastResult } from '@livetally/core/voting'
import type { Machine } from './installation.js'
import type { Postgres } from './postgres/postgres.js'
import { voterKey } from './postgres/ledger.js'
import type { Random } from './random.js'
import type { Schedule } from './schedule.js'
import { drawClockError } from './third-party/submissions.js'
import { drawBallot, drawTurnout, type Town } from './town.js'
import type { Weather } from './weather.js'

/** What a voter remembers. Times in ms since the simulation began. */
export interface Voter {
  readonly id: string
  readonly election: number
  readonly voterRef: Buffer
  readonly ballot: Ballot
  /** Receipts that were shown to the voter. */
  readonly receipts: Set<string>
  /** When requests reached an API. */
  readonly arrivals: number[]
  /** When an API that had to ask for the phase knew it, and when the request that it asked for had arrived. */
  readonly phaseReads: { readonly arrivedAt: number, readonly at: number }[]
  readonly refusals: Refusal[]
  /** Set when a definite answer came. */
  isAnswered: boolean
}

/** An answer "not open": the phase that it told, the key that was asked with, when the request had arrived, and when it was answered. */
export interface Refusal { readonly phase: ElectionPhase, readonly idempotencyKey: string, readonly arrivedAt: number, readonly heardAt: number }

interface Options { schedule: Schedule, weather: Weather, machines: readonly Machine[], postgres: Postgres, town: Town }

export interface Electorate {
  readonly voters: readonly Voter[]
  /** From now on everybody without a definite answer asks until there is one. */
  insist(): void
}

type Heard = CastResult | { kind: 'LOST' }

const PATIENCE_MS = 6_000

/** People who vote, press the button twice, lose their connection, try again with the same key, or try their luck with another one. */
export function gatherElectorate({ schedule, weather, machines, postgres, town }: Options, untilMs: number): Electorate {
  const random = schedule.random.fork('voters')
  const apis = machines.filter(({ kind }) => kind === 'API')
  let mustKnow = false

  const request = (voter: Voter, idempotencyKey: string, ballot: Ballot): Promise<Heard> => new Promise((resolve) => {
    const { process, api } = random.pick(apis)
    schedule.after(PATIENCE_MS, () => resolve({ kind: 'LOST' }))
    if (api === undefined) return
    const hear = (result: Heard, arrivedAt: number) => (): void => {
      if (weather.losesAnswer()) return
      schedule.trace.note(voter.id, 'hears', () => `${result.kind}${result.kind === 'ACCEPTED' ? ` ${result.tracker}` : ''} from ${process.name}`)
      if (result.kind === 'ELECTION_NOT_OPEN') voter.refusals.push({ phase: result.phase, idempotencyKey, arrivedAt, heardAt: schedule.now })
      resolve(result)
    }
    process.soon(weather.latency(), () => {
      const arrivedAt = schedule.now
      voter.arrivals.push(arrivedAt)
      schedule.trace.note(voter.id, 'votes', () => `at ${process.name} with key ${idempotencyKey}`)
      const castAt = castAtOf(voter)
      api.cast({ election: voter.election, voterRef: voter.voterRef, idempotencyKey, ballot, onPhaseRead: () => voter.phaseReads.push({ arrivedAt, at: schedule.now }), ...castAt === undefined ? {} : { castAt } })
        .then((result) => process.soon(weather.latency(), hear(result, arrivedAt)), () => undefined)
    })
  })
  const castAtOf = ({ election, id, arrivals }: Voter): number | undefined => {
    const isImported = town.elections.find(({ key }) => key === election)?.structure.definition.time.source === 'IMPORTED'
    // One in five comes late by more than the disorder that is allowed.
    return isImported ? Math.floor(postgres.now - random.next() * (random.chance(0.2) ? 40_000 : 4_000)) + drawClockError(random.fork(`clock ${id} ${arrivals.length}`)) : undefined
  }
  const pause = (ms: number): Promise<void> => new Promise((resolve) => { schedule.after(ms, resolve) })
  const vote = async (voter: Voter): Promise<void> => {
    for (;;) {
      const heard = await request(voter, 'key-1', voter.ballot)
      if (heard.kind === 'ACCEPTED') {
        voter.receipts.add(heard.tracker)
        voter.isAnswered = true
        return
      }
      const isFinal = heard.kind === 'ALREADY_VOTED' || heard.kind === 'IDEMPOTENCY_CONFLICT' || (heard.kind === 'ELECTION_NOT_OPEN' && (mustKnow || random.chance(0.5)))
      if (isFinal) {
        voter.isAnswered = true
        return
      }
      await pause(random.next() * 3_000)
    }
  }
  const again = async (voter: Voter): Promise<void> => {
    const heard = await request(voter, 'key-1', voter.ballot)
    if (heard.kind === 'ACCEPTED') voter.receipts.add(heard.tracker)
  }
  const voters = town.elections.flatMap(({ key, structure }) => Array.from({ length: drawTurnout(random, key, structure) }, (_, at): Voter => {
    const voterRef = random.bytes(32)
    const voter: Voter = { id: `voter ${key}/${at}`, election: key, voterRef, ballot: drawBallot(random, structure), receipts: new Set(), arrivals: [], phaseReads: [], refusals: [], isAnswered: false }
    const after = (ms: number, work: () => Promise<unknown>): void => schedule.after(ms, () => { void work() })
    const begins = random.next() * untilMs
    after(begins, () => vote(voter))
    if (random.chance(0.3)) after(begins + random.next() * 300, () => again(voter))
    if (random.chance(0.2)) after(begins + random.next() * 5_000, () => again(voter))
    if (random.chance(0.15)) after(begins + random.next() * 3_000, () => request(voter, 'key-2', drawBallot(random, structure)).then((heard) => { if (heard.kind === 'ACCEPTED') voter.receipts.add(heard.tracker) }))
    if (random.chance(0.05)) after(begins + random.next() * 3_000, () => request(voter, 'key-1', otherBallot(random, voter.ballot)))
    return voter
  }))
  return { voters, insist() { mustKnow = true } }
}

export const voterIdOf = (voter: Voter): string => voterKey(voter.election, voter)

function otherBallot(random: Random, ballot: Ballot): Ballot {
  return { ...ballot, channel: random.pick(['EARLY', 'PROVISIONAL'] satisfies VoteChannel[]) }
}
