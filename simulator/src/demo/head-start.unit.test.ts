import { compileStructure, checkDefinition, createTally, type BallotEntry } from '@livetally/core/election'
import { describe, expect, it } from 'vitest'
import { createElectorate } from '../electorate/electorate.js'
import type { ApiClient } from '../system/api-client.js'
import type { IngestBallot } from '../system/cast-votes.js'
import { localIdOf, shapeOfDefinition } from '../system/election-shape.js'
import { demoElection } from './demo-election.js'
import { castHeadStart, HEAD_START } from './head-start.js'

const BALLOTS_PER_SECOND = 40
const SECONDS = 120

describe('the demo election, when its first 10,000 ballots are counted', () => {
  const definition = demoElection({ now: Date.UTC(2026, 10, 3, 15) })
  const check = checkDefinition(definition)
  if (!check.ok) throw new Error(JSON.stringify(check.problems))
  const tally = createTally(compileStructure(check.definition))
  const electorate = createElectorate({ shape: shapeOfDefinition(definition), seed: '42' })

  /** How many places release a group of choices by these voters' ballots. */
  const releasesBy = (from: number, to: number): number => {
    for (let number = from; number < to; number += 1) expect(tally.add(entryOf(number))).toBe(true)
    return tally.takeChanges().filter(({ view, counts: [seq = 0] }) => view === 'frontier' && seq > 0).length
  }
  const entryOf = (number: number): BallotEntry => {
    const { place, channel, attributes, selections } = electorate.voter(number)
    return {
      kind: 'BALLOT', seq: number, castAt: Date.UTC(2026, 10, 3, 15) + 1_000 * Math.floor(number / BALLOTS_PER_SECOND), commitment: '', unit: localIdOf(place.id), channel,
      attributes: Object.fromEntries(attributes.map(({ attributeId, valueId }) => [localIdOf(attributeId), localIdOf(valueId)])),
      selections: Object.fromEntries(selections.map(({ contestId, optionIds }) => [localIdOf(contestId), optionIds.map(localIdOf)])),
    }
  }

  it('shows choices of every place, and more than one further group of ten a second', () => {
    expect(releasesBy(0, HEAD_START)).toBe(40)
    const released = Array.from({ length: SECONDS }, (_, second) => releasesBy(HEAD_START + second * BALLOTS_PER_SECOND, HEAD_START + (second + 1) * BALLOTS_PER_SECOND))
    const groups = released.reduce((sum, count) => sum + count, 0)
    expect(groups / SECONDS).toBeGreaterThan(3.5)
    // Places are independent of each other: in one second of fifty none of the forty happens to fill its group.
    expect(released.filter((count) => count === 0).length).toBeLessThanOrEqual(SECONDS / 20)
  })
})

describe('the ballots of the first voters', () => {
  const electorate = createElectorate({ shape: shapeOfDefinition(demoElection()), seed: '42' })

  /** A system that takes what it is sent, and notes who was on the roll when a ballot came. */
  const cast = async (from: number, to: number) => {
    const roll = new Set<string>()
    const ballots: (IngestBallot & { isOnRoll: boolean })[] = []
    const client: ApiClient = {
      endpoint: '', token: undefined, withToken: () => client, [Symbol.asyncDispose]: async () => undefined,
      request: async <T>(_document: string, { input }: Record<string, unknown> = {}) => {
        const { voters, ballots: sent = [] } = input as { voters?: { voterId: string }[], ballots?: IngestBallot[] }
        for (const { voterId } of voters ?? []) roll.add(voterId)
        ballots.push(...sent.map((ballot) => ({ ...ballot, isOnRoll: ballot.voterId !== undefined && roll.has(ballot.voterId) })))
        return { registerVoters: { registered: [], alreadyRegistered: [], problems: [] }, castVotes: sent.map(() => ({ type: 'VoteAccepted', repeated: false })) } as T
      },
    }
    const summary = await castHeadStart({ manager: client, ingest: client }, 'e1', electorate, { from, to })
    return { summary, ballots, roll }
  }

  it('are those of voters on the roll where they came online, and of the places elsewhere: a recount finds no online ballot of nobody', async () => {
    const { summary, ballots, roll } = await cast(500, 3_000)
    expect(summary.accepted).toBe(2_500)
    const online = ballots.filter(({ channel }) => channel === 'ONLINE')
    expect(online.length).toBeGreaterThan(150)
    expect(online.filter(({ isOnRoll, sourceBallotNumber }) => !isOnRoll || sourceBallotNumber !== undefined)).toEqual([])
    expect(roll.size).toBe(online.length)
    expect(ballots.filter(({ channel, voterId }) => channel !== 'ONLINE' && voterId !== undefined)).toEqual([])
    expect(new Set(ballots.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(Array.from({ length: 2_500 }, (_, at) => electorate.voter(500 + at).idempotencyKey)))
  })
})
