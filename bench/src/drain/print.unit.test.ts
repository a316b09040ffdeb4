import { describe, expect, test } from 'vitest'
import { isReached } from '../goal.js'
import { drainGoals, printDrain } from './print.js'
import type { RaceResult } from './race.js'

const entrant = (name: string, ownUs: number, peakMiB = 100): RaceResult => ({ name, ballots: 800, ballotsPerSecond: 1_000, ownUs, postgresUs: 1, kafkaUs: 1, peakMiB })
const secret = entrant('LiveTally tabulator, secret ballots', 24, 190)
const beside = entrant('LiveTally tabulator', 14)
const results = [entrant('LiveTally tabulator', 18, 286), entrant('kafkajs eachBatch, JSON.parse', 8), entrant('Kafka Streams, DSL', 64), entrant('Kafka Streams, tuned', 16)]

describe('the goals of a drained backlog', () => {
  test('weigh everything a ballot costs, the servers included', () => {
    const goals = drainGoals({ contests: 3, ballots: 1_000, results, secret, beside, withoutStreams: undefined })
    expect(goals.map((goal) => [goal.value, isReached(goal)])).toEqual([[20 / 66, true], [20 / 18, false], [2, true], [26 / 16, false], [286, false], [190, true]])
  })

  test('are not set against peers who did not take part', () => {
    const [ours] = results
    expect(drainGoals({ contests: 1, ballots: 1_000, results: ours === undefined ? [] : [ours], secret, beside, withoutStreams: 'no Java' }).map(({ what }) => what)).toEqual(['CPU per ballot of one contest, secret against open', 'memory of the tabulator', 'the same with secret ballots'])
  })

  test('come with the reason why a peer is missing', () => {
    expect(printDrain([{ contests: 1, ballots: 1_000, results, secret, beside, withoutStreams: 'no Java was found' }])).toContain('did not take part: no Java was found')
  })
})
