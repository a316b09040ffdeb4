import { describe, expect, it } from 'vitest'
import type { ApiClient } from '../system/api-client.js'
import { ApiFailure } from '../system/api-failure.js'
import type { IngestBallot } from '../system/cast-votes.js'
import { createGroups } from './groups.js'
import { createLoad } from './load.js'
import { createPace } from './pace.js'

interface Sent { input: { ballots: IngestBallot[] } }

/** A system that accepts every key once and answers it as a repeat afterwards. */
function createPollingPlace(refuse: (request: number) => ApiFailure | null = () => null): ApiClient & { requests: IngestBallot[][] } {
  const trackers = new Map<string, string>()
  const requests: IngestBallot[][] = []
  const client: ApiClient & { requests: IngestBallot[][] } = {
    endpoint: 'http://polling.place/graphql',
    token: undefined,
    requests,
    request: async <T>(_: string, variables: Record<string, unknown> = {}) => {
      const { ballots } = (variables as unknown as Sent).input
      requests.push(ballots)
      const failure = refuse(requests.length)
      if (failure !== null) throw failure
      return { castVotes: ballots.map(({ idempotencyKey }) => {
        const repeated = trackers.has(idempotencyKey)
        trackers.set(idempotencyKey, `t-${idempotencyKey}`)
        return { type: 'VoteAccepted', repeated, receipt: { tracker: `t-${idempotencyKey}`, castAt: '2026-11-03T12:00:00Z' } }
      }) } as T
    },
    withToken: () => client,
    [Symbol.asyncDispose]: async () => {},
  }
  return client
}

function ballots(count: number): IngestBallot[] {
  return Array.from({ length: count }, (_, at) => ({ idempotencyKey: `key-${at}`, voterId: `v-${at}`, reportingUnitId: 'e1/u/alder-01', channel: 'ELECTION_DAY', selections: [] }))
}

describe('a load of ballots', () => {
  it('casts every ballot once and keeps each answer with its ballot', async () => {
    const client = createPollingPlace()
    const load = createLoad({ client, electionId: 'e1', ballots: ballots(257), batch: 50, inFlight: 3 })
    expect(await load.run()).toMatchObject({ sent: 257, accepted: 257, repeated: 0, refused: {} })
    expect(client.requests.map(({ length }) => length).toSorted((one, other) => one - other)).toEqual([7, 50, 50, 50, 50, 50])
    for (const { ballot, answer } of load.records) expect(answer).toMatchObject({ type: 'VoteAccepted', tracker: `t-${ballot.idempotencyKey}` })
  })

  it('sends every request twice if asked to, and hears the same receipts', async () => {
    const load = createLoad({ client: createPollingPlace(), electionId: 'e1', ballots: ballots(40), batch: 10, repeatEvery: 1 })
    expect(await load.run()).toMatchObject({ sent: 80, accepted: 40, repeated: 40 })
    expect(load.records.filter(({ isRepeat }) => isRepeat).every(({ answer }) => answer.type === 'VoteAccepted' && answer.repeated)).toBe(true)
  })

  it('notes what got no answer and goes on', async () => {
    const client = createPollingPlace((request) => request === 2 ? new ApiFailure('UNREACHABLE', 'connection reset') : null)
    const load = createLoad({ client, electionId: 'e1', ballots: ballots(30), batch: 10, inFlight: 1 })
    expect(await load.run()).toMatchObject({ sent: 30, accepted: 20, refused: { NoAnswer: 10 } })
  })

  it('ends where no request can fare better', async () => {
    const client = createPollingPlace(() => new ApiFailure('UNAUTHENTICATED', 'the token has expired'))
    await expect(createLoad({ client, electionId: 'e1', ballots: ballots(1_000), batch: 10, inFlight: 2 }).run()).rejects.toThrow('the token has expired')
    expect(client.requests.length).toBeLessThanOrEqual(2)
  })

  it('stops when told', async () => {
    const load = createLoad({ client: createPollingPlace(), electionId: 'e1', ballots: ballots(1_000), batch: 10, inFlight: 1, onRecord: () => { load.stop() } })
    expect((await load.run()).sent).toBe(10)
  })
})

describe('groups of ballots', () => {
  it('stay below the size that one request may have', async () => {
    const groups = createGroups([3, 4, 5, 9, 1], { size: 10, mostBytes: 8, bytesOf: (bytes) => bytes })
    const taken: number[][] = []
    for (let group = await groups.next(); group.length > 0; group = await groups.next()) taken.push(group)
    expect(taken).toEqual([[3, 4], [5], [9], [1]])
  })
})

describe('a pace', () => {
  it('spreads ballots evenly, and forgives being late instead of hurrying', async () => {
    let time = 0
    const pauses: number[] = []
    const pace = createPace(100, { now: () => time, pause: async (ms) => {
      pauses.push(ms)
      time += ms
    } })
    for (let at = 0; at < 3; at += 1) await pace.take(50)
    expect(pauses).toEqual([500, 500])
    time += 60_000
    for (let at = 0; at < 4; at += 1) await pace.take(50)
    expect(pauses.length).toBe(3)
  })
})
