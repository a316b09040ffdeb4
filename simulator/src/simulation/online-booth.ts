import type { Electorate, SyntheticVoter } from '../electorate/electorate.js'
import { uuidOf } from '../electorate/electorate.js'
import { createRandom } from '../electorate/random.js'
import type { ApiClient } from '../system/api-client.js'
import { ApiFailure } from '../system/api-failure.js'
import { castVote } from '../system/cast-votes.js'
import { registerVoters, signInWithVotingCode } from '../system/voters.js'
import { addAnswer, addRefusal, type SimulationTally } from './tally.js'

export interface OnlineBooth {
  /** Hands a voter over; they are registered in small groups, sign in and vote on their own. */
  admit(voter: SyntheticVoter): void
  /** Resolves when all admitted voters are done. */
  close(): Promise<void>
}

export interface BoothOptions {
  /** Role MANAGER: registers voters. Each voter signs in with nothing but the code. */
  client: ApiClient
  electionId: string
  electorate: Electorate
  tally: SimulationTally
  /** Chance of sending a request again, and of trying to vote a second time. */
  repeatChance: number
  secondTryChance: number
}

const GROUP = 20
const AT_ONCE = 4

/** Voters with voting codes: registered, signed in and voting through the same three calls as a person in the booth. */
export function createOnlineBooth(options: BoothOptions): OnlineBooth {
  let waiting: SyntheticVoter[] = []
  let groups: SyntheticVoter[][] = []
  const lanes = new Set<Promise<void>>()
  const start = (): void => {
    if (lanes.size >= AT_ONCE) return
    const group = groups.shift()
    if (group === undefined) return
    const lane = serve(options, group).finally(() => {
      lanes.delete(lane)
      start()
    })
    lanes.add(lane)
  }
  const flush = (): void => {
    if (waiting.length > 0) groups.push(waiting)
    waiting = []
    start()
  }
  return {
    admit: (voter) => {
      waiting.push(voter)
      if (waiting.length >= GROUP) flush()
    },
    close: async () => {
      flush()
      while (lanes.size > 0) await Promise.all(lanes)
      groups = []
    },
  }
}

async function serve(options: BoothOptions, group: readonly SyntheticVoter[]): Promise<void> {
  const { client, electionId, electorate, tally } = options
  try {
    const roll = group.map((voter) => ({ voterId: voter.voterId, reportingUnitId: voter.place.id, channel: voter.channel, attributes: voter.attributes, ...electorate.nameOf(voter) }))
    const { registered, alreadyRegistered, problems } = await registerVoters(client, electionId, roll)
    const codes = new Map(registered.map(({ voterId, votingCode }) => [voterId, votingCode]))
    for (const _ of alreadyRegistered) addRefusal(tally, 'registered in an earlier run, code not kept')
    for (const _ of problems) addRefusal(tally, 'not registered')
    for (const voter of group) {
      const code = codes.get(voter.voterId)
      if (code !== undefined) await vote(options, voter, code)
    }
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    for (const _ of group) addRefusal(tally, `online: ${error.code}`)
  }
}

async function vote({ client, electionId, tally, repeatChance, secondTryChance }: BoothOptions, voter: SyntheticVoter, code: string): Promise<void> {
  try {
    const { token } = await signInWithVotingCode(client.withToken(undefined), electionId, code)
    const mine = client.withToken(token)
    const random = createRandom(`booth/${voter.voterId}`)
    const cast = (idempotencyKey: string) => castVote(mine, { electionId, idempotencyKey, selections: voter.selections })
    const first = await cast(voter.idempotencyKey)
    addAnswer(tally, 'FIRST', voter.voterId, first)
    if (first.type === 'VoteAccepted') tally.online += 1
    if (random.next() < repeatChance) {
      const again = await cast(voter.idempotencyKey)
      addAnswer(tally, 'REPEAT', voter.voterId, again)
      if (again.type === 'VoteAccepted' && first.type === 'VoteAccepted' && again.tracker !== first.tracker) tally.wrong.push(`${voter.voterId} got two receipts for one vote`)
    }
    if (random.next() < secondTryChance) addAnswer(tally, 'SECOND_TRY', voter.voterId, await cast(uuidOf(`${voter.voterId}/second`)))
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error
    addRefusal(tally, `online: ${error.code}`)
  }
}
