import { describe, expect, test } from 'vitest'
import { createTestNetwork, deleteTopics, eventually, startOwnKafka } from '../test-network/index.js'
import { openElection } from './election-under-test.js'
import { expectEveryVoteOnce } from './every-vote-once.js'

const AWAY_MS = 20_000
const RATE = 200
const BALLOTS = RATE * 30

describe('the event log', () => {
  test('is away for 20 s; votes go on being accepted, and every vote is counted once', async () => {
    await using kafka = await startOwnKafka()
    await using network = await createTestNetwork({ suite: 'kafka-away', servers: { kafkaBrokers: kafka.brokers } })
    await using under = await openElection(network, 'kafka-away')
    const load = under.load({ ballots: under.ballots(BALLOTS), rate: RATE, batch: 10 })
    const voting = load.run()
    await eventually(() => load.records.length >= RATE * 4, { limitMs: 60_000 })
    await kafka.stop()
    const away = { from: Date.now(), acceptedBefore: load.records.length }
    await eventually(() => Date.now() - away.from >= AWAY_MS, { limitMs: AWAY_MS + 5_000, what: 'Kafka to have been away for 20 s' })
    const acceptedMeanwhile = load.records.length - away.acceptedBefore
    await kafka.start()
    await voting
    expect(acceptedMeanwhile, 'votes accepted while Kafka was away').toBeGreaterThan(RATE * AWAY_MS / 1_000 / 2)
    expect(load.records.every(({ answer }) => answer.type === 'VoteAccepted')).toBe(true)
    await expectEveryVoteOnce(network, under, load.records, BALLOTS)
  })

  test('loses the topics of ballots and tallies while votes flow, and every vote is counted once', async () => {
    await using kafka = await startOwnKafka()
    await using network = await createTestNetwork({ suite: 'topics-deleted', servers: { kafkaBrokers: kafka.brokers } })
    await using under = await openElection(network, 'topics-deleted')
    const load = under.load({ ballots: under.ballots(BALLOTS), rate: RATE * 2, batch: 10 })
    const voting = load.run()
    await eventually(() => load.records.length >= BALLOTS / 3, { limitMs: 60_000 })
    await deleteTopics(kafka.brokers, [`${network.topicPrefix}ballots`, `${network.topicPrefix}tallies`])
    await voting
    await expectEveryVoteOnce(network, under, load.records, BALLOTS)
  })
})
