import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BallotEntry, BoxEntry } from '../ballot.js'
import { createTally } from '../counting/tally.js'
import { anyBallots, anyElection } from '../elections-under-test.js'
import { toldRows } from '../results/told-row.js'
import { createResults } from '../results/results.js'
import { WHOLE_ELECTION } from '../results/result-row.js'
import type { ResultsAt } from '../results/results-at.js'
import { compileStructure, type Structure } from '../structure/structure.js'
import { jamTown, jamVotes, sealOf } from './jam-town.js'

const shown = (structure: Structure, entries: readonly BoxEntry[]): ResultsAt => {
  const tally = createTally(structure)
  for (const entry of entries) expect(tally.add(entry)).toBe(true)
  const results = createResults(structure)
  results.apply(1, toldRows(structure, tally.rows()), true)
  return results.at()
}
/** [ballots, plum, fig] of the jam contest. */
const jam = (at: ResultsAt, unit: string = WHOLE_ELECTION): number[] => {
  const [ballots = 0, , , ...votes] = at.contest('jam', unit)
  return [ballots, ...votes]
}

describe('choices of secret ballots', () => {
  test('are shown ten at a time, and the newest ten are held back', () => {
    const structure = jamTown()
    const votes = jamVotes('quay', 'pf'.repeat(15))
    expect(jam(shown(structure, votes.slice(0, 19)))).toEqual([0, 0, 0])
    expect(jam(shown(structure, votes.slice(0, 20)))).toEqual([10, 5, 5])
    expect(jam(shown(structure, votes.slice(0, 29)))).toEqual([10, 5, 5])
    expect(jam(shown(structure, votes))).toEqual([20, 10, 10])
  })

  test('move in turnout with every ballot', () => {
    const at = shown(jamTown(), jamVotes('quay', 'pfp'))
    expect([at.turnout('quay').ballots, at.turnout(WHOLE_ELECTION).ballots, at.released(WHOLE_ELECTION)]).toEqual([3, 3, 0])
    expect(at.breakdown(['age'], '')).toEqual([[['_unknown'], [3]]])
  })

  test('wait while all of them are alike, until there are three times as many', () => {
    const structure = jamTown()
    expect(jam(shown(structure, jamVotes('quay', `${'p'.repeat(29)}f${'pf'.repeat(4)}pf`)))).toEqual([30, 29, 1])
    expect(jam(shown(structure, jamVotes('quay', `${'p'.repeat(30)}${'pf'.repeat(5)}`)))).toEqual([30, 30, 0])
    expect(jam(shown(structure, jamVotes('quay', 'p'.repeat(59))))).toEqual([0, 0, 0])
    expect(jam(shown(structure, jamVotes('quay', 'p'.repeat(60))))).toEqual([30, 30, 0])
  })

  test('never end with the ballot that mixed them: it would be known by name', () => {
    const structure = jamTown()
    expect(jam(shown(structure, jamVotes('quay', `${'p'.repeat(10)}f${'pf'.repeat(9)}`)))).toEqual([0, 0, 0])
    expect(jam(shown(structure, jamVotes('quay', `${'p'.repeat(10)}f${'pf'.repeat(9)}p`)))).toEqual([20, 15, 5])
  })

  test('are all shown at the seal, the remainder together with what was held', () => {
    const votes = jamVotes('quay', 'pf'.repeat(13))
    const at = shown(jamTown(), [...votes, sealOf(votes)])
    expect([jam(at), at.released('quay')]).toEqual([[26, 13, 13], 26])
    expect([...at.frontier()]).toEqual([['0/quay/', { seq: 27, ballots: 26, shownWith: undefined }]])
  })

  test('of a place that never filled a chunk are shown with the smallest place in the same units', () => {
    const structure = jamTown()
    const votes = [...jamVotes('quay', 'pf'.repeat(12)), ...jamVotes('pier', 'ppp', 24), ...jamVotes('dock', 'pf'.repeat(6), 27)]
    const at = shown(structure, [...votes, sealOf(votes)])
    expect([jam(at, 'quay'), jam(at, 'pier'), jam(at, 'dock'), jam(at, 'harbour'), jam(at)]).toEqual([[24, 12, 12], [0, 0, 0], [15, 9, 6], [39, 21, 18], [39, 21, 18]])
    expect(at.frontier().get('0/pier/')?.shownWith?.id).toBe('dock')
    expect(at.turnout('pier').ballots).toBe(3)
  })

  test('of a small place without a sibling are shown as they are: nobody else is there', () => {
    const votes = [...jamVotes('quay', 'pf'.repeat(10)), ...jamVotes('mill', 'ppf', 20)]
    expect(jam(shown(jamTown(), [...votes, sealOf(votes)]), 'mill')).toEqual([3, 2, 1])
  })

  test('are counted by channel only where the election says so', () => {
    const online = jamVotes('quay', 'pf'.repeat(10))
    const early = jamVotes('quay', 'pf'.repeat(6), 20).map((ballot): BallotEntry => ({ ...ballot, channel: 'EARLY' }))
    const votes = [...online, ...early]
    const together = shown(jamTown(), [...votes, sealOf(votes)])
    expect([together.contest('jam', 'quay', 'EARLY')[0], jam(together, 'quay')[0]]).toEqual([0, 32])
    const apart = shown(jamTown({ choicesByChannel: true }), [...votes, sealOf(votes)])
    expect([apart.contest('jam', 'quay', 'EARLY')[0], apart.contest('jam', 'quay', 'ONLINE')[0]]).toEqual([12, 20])
  })

  test('of wide release units are shown for these, and for no part of them', () => {
    const structure = jamTown({ releaseUnits: 'WARD' })
    const votes = [...jamVotes('quay', 'pfpfpf'), ...jamVotes('pier', 'pfpf', 6), ...jamVotes('dock', 'pf'.repeat(5), 10)]
    const at = shown(structure, votes)
    expect([jam(at, 'harbour'), jam(at, 'quay'), jam(at)]).toEqual([[10, 5, 5], [0, 0, 0], [10, 5, 5]])
    expect(at.turnout('quay').ballots).toBe(6)
  })

  test('appear in the window of their release, and windows add up to what is shown', () => {
    const structure = jamTown()
    const votes = jamVotes('quay', 'pf'.repeat(15)).map((ballot, at) => ({ ...ballot, castAt: ballot.castAt + at * 1_000 }))
    const panes = shown(structure, votes).panes('jam').map(({ counts }) => counts[0])
    expect(panes).toEqual([10, 10])
    expect(shown(structure, votes).panes('').map(({ counts }) => counts[0])).toEqual([10, 10, 10])
  })
})

const secretElection = fc.tuple(anyElection, fc.integer({ min: 5, max: 8 }), fc.boolean(), fc.constantFrom(undefined, 'WARD', 'CITY') as fc.Arbitrary<'WARD' | 'CITY' | undefined>).map(([{ definition }, releaseSize, choicesByChannel, wanted]) => {
  const hasWards = definition.reportingUnits.some(({ kind }) => kind === 'WARD')
  const releaseUnits = wanted === 'WARD' && !hasWards ? undefined : wanted
  return compileStructure({ ...definition, boxes: 1, ballotSecrecy: 'SECRET', releaseSize, choicesByChannel, ...releaseUnits === undefined ? {} : { releaseUnits } })
})
const anySecretBox = secretElection.chain((structure) => anyBallots(structure, 150).map((ballots) => ({ structure, ballots })))

describe('choices of secret ballots in any election', () => {
  test('end as a plain count of all ballots has them', () => {
    fc.assert(fc.property(anySecretBox, ({ structure, ballots }) => {
      const at = shown(structure, [...ballots, sealOf(ballots)])
      const open = shown(compileStructure({ ...structure.definition, ballotSecrecy: 'OPEN' }), ballots)
      for (const contest of structure.contests.keys()) {
        expect(at.contest(contest, WHOLE_ELECTION)).toEqual(open.contest(contest, WHOLE_ELECTION))
        for (const unit of unionsOfCells(structure)) expect(at.contest(contest, unit), `${contest} in ${unit}`).toEqual(open.contest(contest, unit))
        const panes = at.panes(contest).reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0)
        expect(panes).toBe(at.contest(contest, WHOLE_ELECTION)[0])
      }
      expect(at.turnout(WHOLE_ELECTION).ballots).toBe(ballots.length)
      expect(at.released(WHOLE_ELECTION)).toBe(ballots.length)
    }), { numRuns: 150 })
  })

  test('are released by at least the release size at once, but for places where nobody else is', () => {
    fc.assert(fc.property(anySecretBox, ({ structure, ballots }) => {
      const tally = createTally(structure)
      const released = new Map<string, number>()
      const step = (entry: BoxEntry): number[] => {
        tally.add(entry)
        return tally.takeChanges().filter(({ view }) => view === 'frontier').map(({ key, counts }) => {
          const more = (counts[1] ?? 0) - (released.get(key) ?? 0)
          released.set(key, counts[1] ?? 0)
          return more
        })
      }
      for (const ballot of ballots) for (const more of step(ballot)) expect(more).toBeGreaterThanOrEqual(structure.definition.releaseSize)
    }), { numRuns: 150 })
  })

  test('come out the same when the fold goes on from what was stored', () => {
    fc.assert(fc.property(anySecretBox, fc.nat(), ({ structure, ballots }, cut) => {
      const entries = [...ballots, sealOf(ballots)]
      const place = cut % entries.length
      const first = createTally(structure)
      for (const entry of entries.slice(0, place)) first.add(entry)
      const second = createTally(structure, { rows: first.rows(), newestAt: first.newestAt })
      for (const entry of entries.slice(place)) second.add(entry)
      const whole = createTally(structure)
      for (const entry of entries) whole.add(entry)
      const sorted = (tally: typeof whole) => tally.rows().toSorted((one, other) => `${one.view}:${one.key}` < `${other.view}:${other.key}` ? -1 : 1)
      expect(sorted(second)).toEqual(sorted(whole))
    }), { numRuns: 100 })
  })
})

/** Units of which no cell lies partly outside. */
function unionsOfCells({ units, secrecy }: Structure): string[] {
  return [...units.values()].filter(({ isLeaf, leaves }) => !isLeaf && (secrecy?.cells ?? []).every((cell) => cell.leaves.every((leaf) => leaves.includes(leaf)) || !cell.leaves.some((leaf) => leaves.includes(leaf)))).map(({ id }) => id)
}
