import { describe, expect, test } from 'vitest'
import { objectionsTo } from './attack-report.js'
import { createRandom } from './election/chance.js'
import type { DrawOptions } from './election/draw-election.js'
import { tellEveryBallot } from './equations/tellings.js'
import { readFromSizes } from './full-chunks.js'
import type { Observation, Observed } from './observer/observation.js'
import { castUnderTest, publishUnderTest } from './published-under-test.js'
import { releasesOf } from './releases.js'
import { solveElection } from './solve-election.js'

/** Elections of 300 to 5,000 ballots in 3 to 40 places, by turns even and skewed. */
const ELECTIONS = Array.from({ length: 14 }, (_, at): DrawOptions => {
  const random = createRandom(`elections/${at}`)
  return {
    secrecy: 'SECRET', seed: `drawn-${at}`, isSkewed: at % 2 === 1,
    ballots: Math.round(300 * (5_000 / 300) ** random.next()), places: 3 + random.below(38),
    choicesByChannel: at % 5 === 4, byWard: at % 7 === 6,
  }
})

const attack = (options: DrawOptions, change: (observed: Observed) => Observed = (observed) => observed) => {
  const { structure, ledger } = castUnderTest(options)
  return solveElection({ structure, ledger, observed: change(publishUnderTest(structure, ledger)), receipts: [], seed: options.seed, rounds: 3 })
}

describe('an attacker who solves everything that is published of secret ballots', () => {
  test.each(ELECTIONS)('finds neither a ballot nor a small set: $ballots ballots in $places places, skewed: $isSkewed', (options) => {
    const report = attack(options)
    expect(report).toMatchObject({ readByDifference: 0, readBySolving: 0, smallSets: 0, withoutSibling: 0, unexplained: { count: 0 } })
    expect(report.rank).toBeGreaterThan(report.ballots / 40)
  })

  const [small] = ELECTIONS.map((options): DrawOptions => ({ ...options, ballots: 600, places: 8, choicesByChannel: false, byWard: false }))
  if (small === undefined) throw new Error('no election was drawn')

  test('finds the small group that two breakdowns give away between them, where each was looked at by itself', () => {
    // By age, less by age and gender: what is left of an age group are those of the rare gender.
    const report = attack({ ...small, ballots: 3_000, places: 24, breakdowns: [['age', 'gender'], ['unit:WARD', 'age']] })
    expect(report.unexplained.count).toBe(0)
    expect(report.smallSets).toBeGreaterThan(0)
  })

  test('reads the ballots of a publisher that tells each with its turnout', () => {
    const { structure, ledger } = castUnderTest(small)
    const observed = publishUnderTest(structure, ledger, tellEveryBallot(structure, ledger))
    const report = solveElection({ structure, ledger, observed, receipts: [], seed: 'hasty', rounds: 0 })
    expect(report.readByDifference).toBeGreaterThan(500)
    expect(objectionsTo(report).join()).toMatch(/were read by solving/)
  })

  test.each<[string, Partial<DrawOptions>]>([['lie in several boxes', {}], ['lie in several boxes, as do those of a ward that is a release unit', { byWard: true }]])('reads the ballots of small places whose siblings %s', (_what, options) => {
    const { structure, ledger } = castUnderTest({ ...small, ballots: 900, places: 120, isSkewed: true, ...options }, 8)
    const report = solveElection({ structure, ledger, observed: publishUnderTest(structure, ledger), receipts: [], seed: 'dealt', rounds: 0 })
    expect(report.readByDifference + report.readBySolving).toBeGreaterThan(10)
  })

  test('leaves no small place alone that has a sibling, as the product deals boxes', () => {
    for (const byWard of [false, true]) {
      const { structure, ledger } = castUnderTest({ ...small, ballots: 900, places: 120, isSkewed: true, byWard })
      expect(structure.boxCount).toBe(8)
      const report = solveElection({ structure, ledger, observed: publishUnderTest(structure, ledger), receipts: [], seed: 'dealt', rounds: 0 })
      expect(report).toMatchObject({ readByDifference: 0, readBySolving: 0, withoutSibling: 0 })
    }
  })

  test('finds the few voters of a place by whom it differs from a group that lives nowhere else', () => {
    const { structure, ledger } = castUnderTest(small)
    let strangers = 0
    const ballots = ledger.ballots.map((ballot) => {
      const livesThere = ballot.unit === 'place-0'
      const isStranger = livesThere && ballot.attributes['gender'] === 'nonbinary' && strangers < 4
      if (isStranger) strangers += 1
      return { ...ballot, attributes: { ...ballot.attributes, age: livesThere && !isStranger ? '18-29' : '65-up' } }
    })
    const village = { ...ledger, ballots }
    expect(strangers).toBeGreaterThan(1)
    expect(solveElection({ structure, ledger: village, observed: publishUnderTest(structure, village), receipts: [], seed: 'village', rounds: 3 }).smallSets).toBeGreaterThan(0)
  })

  test('reads a ballot off the size of its group where groups may end with any ballot, and none where they end at whole release sizes', () => {
    const { structure, ledger } = castUnderTest({ ...small, ballots: 3_000, isSkewed: true })
    const withAny = releasesOf(structure, ledger, () => 1)
    const odd = readFromSizes(structure, ledger.ballots, withAny).odd
    expect(odd.length).toBeGreaterThan(0)
    for (const at of odd) {
      const chunk = withAny.chunks.find((one) => one.ballots.includes(at))?.ballots ?? []
      const isOdd = ['mayor', 'bridge', 'council'].some((contest) => chunk.filter((one) => String(ledger.ballots[one]?.selections[contest]) === String(ledger.ballots[at]?.selections[contest])).length === 1)
      expect(isOdd).toBe(true)
    }
    expect(readFromSizes(structure, ledger.ballots, releasesOf(structure, ledger)).odd).toEqual([])
  })

  test('sees a number that is no sum of released groups', () => {
    const report = attack(small, (observed) => ({ ...observed, observations: observed.observations.map((one, at) => at === 40 ? moreBy(one, 1) : one) }))
    expect(report.unexplained.count).toBeGreaterThan(0)
    expect(objectionsTo(report).join()).toMatch(/are no sum of released groups/)
  })
})

function moreBy(observation: Observation, amount: number): Observation {
  return { ...observation, contests: new Map([...observation.contests].map(([contest, counts]) => [contest, counts.map((count) => (count ?? 0) + amount)])) }
}
