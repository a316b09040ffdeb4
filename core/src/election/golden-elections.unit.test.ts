import { describe, expect, test } from 'vitest'
import { crumbleton, castOneByOne, owlPost, type GoldenBallot, type GoldenElection } from './fixtures/index.js'
import { WHOLE_ELECTION, type ResultRow } from './results/result-row.js'
import type { ResultsAt } from './results/results-at.js'
import { createResults } from './results/results.js'
import { findMostVotes } from './methods/most-votes.js'
import { nameCounts, rankOptions } from './results/contest-counts.js'
import { toldRows } from './results/told-row.js'
import { compileStructure, type Structure } from './structure/structure.js'
import { createTally } from './counting/tally.js'
import { windowsOf } from './timeline/index.js'
import { VOTE_CHANNELS } from './vocabulary.js'

/** Counts every box by itself and adds the boxes up, as the workers do. */
function count(golden: GoldenElection, ballots: readonly GoldenBallot[] = golden.ballots, boxes?: number): ResultsAt {
  const structure = compileStructure(boxes === undefined ? golden.definition : { ...golden.definition, boxes })
  const rows = new Map<string, ResultRow>()
  for (let box = 0; box < structure.boxCount; box += 1) {
    const tally = createTally(structure)
    for (const entry of castOneByOne(ballots.filter(({ unit }) => structure.units.get(unit)?.box === box))) expect(tally.add(entry)).toBe(true)
    for (const row of toldRows(structure, tally.rows())) {
      const known = rows.get(`${row.view}:${row.key}`)?.counts ?? []
      rows.set(`${row.view}:${row.key}`, { ...row, counts: row.counts.map((votes, at) => votes + (known[at] ?? 0)) })
    }
  }
  const results = createResults(structure)
  results.apply(1, rows.values(), true)
  return results.at()
}

function expectByHand({ expected, at }: GoldenElection, results: ResultsAt): void {
  for (const [unit, channels] of Object.entries(expected.turnout)) {
    const { ballots, byChannel } = results.turnout(unit)
    expect(Object.fromEntries([...byChannel].filter(([, cast]) => cast > 0)), `ballots of "${unit}"`).toEqual(channels)
    expect(ballots).toBe(Object.values(channels).reduce((sum, cast) => sum + cast, 0))
  }
  for (const [contest, units] of Object.entries(expected.contests)) {
    for (const [unit, counts] of Object.entries(units)) expect(results.contest(contest, unit), `${contest} in "${unit}"`).toEqual(counts)
  }
  for (const [contest, channels] of Object.entries(expected.channels)) {
    for (const channel of VOTE_CHANNELS) {
      const counts = results.contest(contest, WHOLE_ELECTION, channel)
      expect(counts, `${contest} by ${channel}`).toEqual(channels[channel] ?? counts.map(() => 0))
    }
  }
  for (const [attributes, contests] of Object.entries(expected.breakdowns)) {
    for (const [contest, cells] of Object.entries(contests)) {
      const counted = results.breakdown(attributes.split(','), contest).map(([values, counts]) => [values.join(','), counts])
      expect(Object.fromEntries(counted), `${contest === '' ? 'ballots' : contest} by ${attributes}`).toEqual(cells)
    }
  }
  for (const [contest, panes] of Object.entries(expected.panes)) {
    expect(results.panes(contest), `panes of "${contest}"`).toEqual(Object.entries(panes).map(([start, counts]) => ({ start: at(start), sizeMs: 10_000, counts })))
  }
  for (const [contest, counts] of Object.entries(expected.late)) expect(results.late(contest), `late ballots of "${contest}"`).toEqual(counts)
}

/** Every mark that a ballot had is accounted for, in every unit; and every level of the tree is the sum of its leaves. */
function expectSums(structure: Structure, results: ResultsAt): void {
  for (const contest of structure.contests.values()) {
    for (const unit of [WHOLE_ELECTION, ...structure.units.keys()]) {
      const { ballots, undervotes, overvotes, votes } = nameCounts(results.contest(contest.id, unit))
      expect(votes + undervotes + overvotes, `marks of ${contest.id} in "${unit}"`).toBe(contest.votesAllowed * ballots)
      const leaves = structure.units.get(unit)?.leaves ?? structure.leaves.map(({ id }) => id)
      const sum = leaves.map((leaf) => results.contest(contest.id, leaf)).reduce((one, other) => one.map((votes, at) => votes + (other[at] ?? 0)))
      expect(results.contest(contest.id, unit), `${contest.id} in "${unit}"`).toEqual(sum)
      const byChannel = VOTE_CHANNELS.map((channel) => results.contest(contest.id, unit, channel)).reduce((one, other) => one.map((votes, at) => votes + (other[at] ?? 0)))
      expect(byChannel).toEqual(results.contest(contest.id, unit))
    }
    const windows = results.panes(contest.id).reduce((sum, { counts: [ballots = 0] }) => sum + ballots, 0)
    expect(windows + (results.late(contest.id)[0] ?? 0), `windows and late ballots of ${contest.id}`).toBe(results.contest(contest.id, WHOLE_ELECTION)[0])
  }
}

describe.each([['Crumbleton chooses its baker', crumbleton], ['Which owl is best?', owlPost]])('%s', (_name, golden) => {
  test('is counted as it was by hand', () => expectByHand(golden, count(golden)))

  test('accounts for every mark of every ballot, at every level', () => expectSums(compileStructure(golden.definition), count(golden)))
})

describe('Crumbleton chooses its baker', () => {
  const shuffled = [...crumbleton.ballots].sort((one, other) => (one.castAt * 7_919) % 101 - (other.castAt * 7_919) % 101)

  test.each([
    ['backwards', crumbleton.ballots.toReversed()],
    ['shuffled', shuffled],
    ['precinct after precinct, the last first', [...crumbleton.ballots].sort((one, other) => one.unit < other.unit ? 1 : -1)],
  ])('gives the same results when the ballots are counted %s', (_how, ballots) => expectByHand(crumbleton, count(crumbleton, ballots)))

  test.each([1, 2, 3, 5])('gives the same results from %i ballot boxes', (boxes) => expectByHand(crumbleton, count(crumbleton, shuffled, boxes)))

  test('gives every precinct the ballot of its districts', () => {
    const structure = compileStructure(crumbleton.definition)
    const style = (leaf: string): string[] => structure.ballotStyle(leaf).map(({ id }) => id)
    expect(style('mill')).toEqual(['baker', 'council', 'pie'])
    expect(style('market')).toEqual(['baker', 'council'])
    expect(style('lighthouse')).toEqual(['baker'])
    expect(structure.units.get('harbour')?.containers).toEqual(['crumbleton', 'south', 'cd-sweet', 'riverside'])
  })

  test('elects Bo Brioche by one vote, ties the pies, and ties the second seat of the council', () => {
    const at = count(crumbleton)
    const lead = (contest: string, seats: number) => findMostVotes(nameCounts(at.contest(contest, WHOLE_ELECTION)).options, seats)
    expect(lead('baker', 1)).toEqual({ leaders: [1], elected: [1], tiedForLast: [], isTied: false, margin: 1 })
    expect(lead('pie', 1)).toEqual({ leaders: [0, 1], elected: [], tiedForLast: [0, 1], isTied: true, margin: 0 })
    expect(lead('council', 2)).toEqual({ leaders: [0, 1, 2], elected: [0], tiedForLast: [1, 2], isTied: true, margin: 0 })
    expect(rankOptions(nameCounts(at.contest('council', WHOLE_ELECTION)).options)).toEqual([1, 2, 2, 4])
  })

  test('adds up to windows of half a minute, the empty one included', () => {
    const cut = windowsOf({ panes: count(crumbleton).panes(''), width: 1, finalUntil: crumbleton.at('08:01:00') }, { kind: 'TUMBLING', sizeMs: 30_000 }, 'UTC', { most: 10 })
    expect(cut.kind === 'WINDOWS' && cut.windows.map(({ start, counts, isFinal }) => [start, counts, isFinal])).toEqual([
      [crumbleton.at('08:00:00'), [9], true],
      [crumbleton.at('08:00:30'), [4], true],
      [crumbleton.at('08:01:00'), [4], false],
    ])
  })
})

describe('Which owl is best?', () => {
  test('the boxes may be read in any turn: lateness is decided by each box alone', () => {
    const inTurns = [...owlPost.ballots.slice(12), ...owlPost.ballots.slice(0, 12)]
    expectByHand(owlPost, count(owlPost, inTurns))
    expectByHand(owlPost, count(owlPost, owlPost.ballots.toSorted((one, other) => one.unit < other.unit ? -1 : one.unit > other.unit ? 1 : 0)))
  })

  test('three late ballots stay in the totals and are told apart by option', () => {
    const at = count(owlPost)
    expect(nameCounts(at.late('owl'))).toEqual({ ballots: 3, undervotes: 0, overvotes: 0, votes: 3, options: [2, 1] })
    expect(at.turnout(WHOLE_ELECTION).ballots).toBe(16)
  })
})
