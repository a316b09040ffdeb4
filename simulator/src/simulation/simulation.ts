import { ballotOf, uuidOf, type Electorate } from '../electorate/electorate.js'
import { createRandom } from '../electorate/random.js'
import { createLoad, type LoadRecord } from '../load/load.js'
import type { ApiClient } from '../system/api-client.js'
import type { IngestBallot } from '../system/cast-votes.js'
import { createOnlineBooth } from './online-booth.js'
import { addAnswer, createTally, type Intent, type SimulationTally } from './tally.js'

export interface SimulationOptions {
  /** Role MANAGER. */
  manager: ApiClient
  /** Role INGEST. */
  ingest: ApiClient
  electionId: string
  electorate: Electorate
  /** Number of the first voter; the ones before voted in an earlier run. */
  from?: number
  /** Voters a second. */
  rate: number
  /** Chance that a request is sent again with the same key: a tenth of a per cent. */
  repeatChance?: number
  /** Chance that a voter tries a second time with another key. */
  secondTryChance?: number
  onVoter?: (next: number) => void
}

export interface Simulation {
  run(): Promise<SimulationTally>
  /** Lets what is on the way be answered, then ends the run. */
  stop(): void
  readonly tally: SimulationTally
  /** Number of the next voter. */
  readonly next: number
}

/** Second tries come this many voters after the first. */
const SECOND_TRY_DELAY = 200
/** So often a second a polling place's ballots are sent on, at most. */
const REQUESTS_PER_SECOND = 20

/** An electorate on its way to the polls: most through polling places (`castVotes`), some online with a voting code. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { electorate, electionId, rate, repeatChance = 0.001, secondTryChance = 0.003 } = options
  const tally = createTally()
  const booth = createOnlineBooth({ client: options.manager, electionId, electorate, tally, repeatChance, secondTryChance })
  const batch = Math.max(1, Math.min(100, Math.round(rate / REQUESTS_PER_SECOND)))
  const sent = new Map<string, string>()
  const secondTries = new Set<string>()
  let next = options.from ?? 0
  let isStopped = false

  function* ballots(): Generator<IngestBallot> {
    const comingBack: { at: number, ballot: IngestBallot }[] = []
    for (const voter of electorate.voters(next)) {
      if (isStopped) return
      next = voter.number + 1
      options.onVoter?.(next)
      if (voter.channel === 'ONLINE') {
        booth.admit(voter)
        continue
      }
      const ballot = ballotOf(voter)
      yield ballot
      if (createRandom(`again/${voter.voterId}`).next() < secondTryChance) comingBack.push({ at: voter.number + SECOND_TRY_DELAY, ballot: { ...ballot, idempotencyKey: uuidOf(`${voter.voterId}/second`) } })
      const due = comingBack[0]
      if (due !== undefined && due.at <= voter.number) {
        comingBack.shift()
        secondTries.add(due.ballot.idempotencyKey)
        yield due.ballot
      }
    }
    for (const { ballot } of comingBack) {
      secondTries.add(ballot.idempotencyKey)
      yield ballot
    }
  }

  const onRecord = ({ ballot, answer, isRepeat }: LoadRecord): void => {
    const voter = ballot.sourceBallotNumber ?? ''
    const intent: Intent = secondTries.has(ballot.idempotencyKey) ? 'SECOND_TRY' : isRepeat ? 'REPEAT' : 'FIRST'
    addAnswer(tally, intent, voter, answer)
    if (answer.type !== 'VoteAccepted') return
    if (!isRepeat) sent.set(ballot.idempotencyKey, answer.tracker)
    else if (sent.get(ballot.idempotencyKey) !== answer.tracker) tally.wrong.push(`${voter} got two receipts for one vote`)
    // Only the youngest can come back as repeats: older trackers need not be kept.
    if (sent.size > 5_000) for (const key of [...sent.keys()].slice(0, 2_500)) sent.delete(key)
  }
  const load = createLoad({
    client: options.ingest,
    electionId,
    ballots: ballots(),
    rate: rate * paperShare(electorate),
    batch,
    inFlight: 4,
    keepRecords: false,
    ...(repeatChance > 0 ? { repeatEvery: Math.max(1, Math.round(1 / repeatChance)) } : {}),
    onRecord,
  })
  return {
    tally,
    get next() { return next },
    stop: () => {
      isStopped = true
      load.stop()
    },
    run: async () => {
      try {
        await load.run()
      } finally {
        await booth.close()
      }
      return tally
    },
  }
}

/** Share of voters who do not vote online, so that the pace counts all of them. */
function paperShare(electorate: Electorate): number {
  const sample = Math.min(500, electorate.size)
  let paper = 0
  for (let number = 0; number < sample; number += 1) if (electorate.voter(number).channel !== 'ONLINE') paper += 1
  return sample === 0 ? 1 : Math.max(0.05, paper / sample)
}
