import { describe, expect, test } from 'vitest'
import type { Correction, CountChange } from './ballot.js'
import { decideCorrection, type PublishedCounts } from './decide-correction.js'
import { crumbleton } from './fixtures/index.js'
import { compileStructure } from './structure/structure.js'

const structure = compileStructure(crumbleton.definition)

/*
 * The Old Mill on election day: 10 ballots. Baker (1 mark): rye 6, brioche 3, 1 blank. Council (3 marks): plum 8, fig 7,
 * nut 5, lemon 4, 3 undervotes, 3 overvotes. Pie (1 mark): cherry 9, apple 1.
 */
const COUNTS: Record<string, number[]> = { baker: [10, 1, 0, 6, 3, 0], council: [10, 3, 3, 8, 7, 5, 4], pie: [10, 0, 0, 9, 1] }
const published: PublishedCounts = {
  turnout: () => ({ ballots: 10, byChannel: new Map([['ELECTION_DAY', 10]]) }),
  contest: (contest) => COUNTS[contest] ?? [],
  shownWith: () => undefined,
  isAllCounted: false,
}
const votes = (contest: string, option: string, old: number, now: number): CountChange => ({ count: 'VOTES', contest, option, old, new: now })
const decide = (changes: CountChange[], more: Partial<Correction> = {}) =>
  decideCorrection(structure, published, { type: 'CORRECTION', unit: 'mill', channel: 'ELECTION_DAY', changes, reason: 'Two piles were swapped.', by: 'Clara', ...more })

describe('a correction fits', () => {
  test.each<[string, CountChange[]]>([
    ['when votes move from one option to another', [votes('baker', 'rye', 6, 5), votes('baker', 'brioche', 3, 4)]],
    ['when a blank ballot turns out to have been marked', [{ count: 'UNDERVOTES', contest: 'baker', old: 1, new: 0 }, votes('baker', 'write-in', 0, 1)]],
    ['when overvotes turn out to be three good votes', [{ count: 'OVERVOTES', contest: 'council', old: 3, new: 0 }, votes('council', 'plum', 8, 9), votes('council', 'fig', 7, 8), votes('council', 'nut', 5, 6)]],
    ['when a sheet with one contest was lost from a ballot', [{ count: 'BALLOTS', contest: 'pie', old: 10, new: 9 }, votes('pie', 'cherry', 9, 8)]],
    ['when a ballot is found that is blank everywhere', [
      { count: 'BALLOTS', old: 10, new: 11 },
      { count: 'BALLOTS', contest: 'baker', old: 10, new: 11 }, { count: 'UNDERVOTES', contest: 'baker', old: 1, new: 2 },
      { count: 'BALLOTS', contest: 'council', old: 10, new: 11 }, { count: 'UNDERVOTES', contest: 'council', old: 3, new: 6 },
      { count: 'BALLOTS', contest: 'pie', old: 10, new: 11 }, { count: 'UNDERVOTES', contest: 'pie', old: 0, new: 1 },
    ]],
  ])('%s', (_, changes) => {
    expect(decide(changes)).toEqual({ kind: 'FITS' })
  })
})

describe('a correction is refused with every problem named', () => {
  test.each<[string, CountChange[], Partial<Correction>, string[]]>([
    ['votes that appear from nowhere', [votes('baker', 'rye', 6, 7)], {}, ['changes: in "baker", 10 votes + 1 undervotes + 0 overvotes would be 11, but 10 ballots with 1 marks each are 10']],
    ['a ballot fewer whose contests still count it', [{ count: 'BALLOTS', old: 10, new: 9 }], {}, ['baker', 'council', 'pie'].map((contest) => `changes: "${contest}" would have 10 ballots where the polling place has 9`)],
    ['a contest that is not on this ballot', [votes('mayor', 'rye', 0, 1)], {}, ['changes[0].contestId: "mayor" is not on the ballot of "mill"']],
    ['somebody who does not stand', [votes('baker', 'croissant', 0, 1)], {}, ['changes[0].optionId: "croissant" is not an option of "baker"']],
    ['a count named twice', [votes('baker', 'rye', 6, 5), votes('baker', 'rye', 6, 4)], {}, ['changes[1]: names a count that another change names, too']],
    ['no change', [votes('baker', 'rye', 6, 6)], {}, ['changes[0]: changes nothing: old and new are equal']],
    ['less than nothing', [votes('baker', 'rye', 6, -1)], {}, ['changes[0].new: must be a whole number from 0 to 1,000,000,000']],
    ['half a vote', [votes('baker', 'rye', 6, 5.5)], {}, ['changes[0].new: must be a whole number from 0 to 1,000,000,000']],
    ['nothing at all, without a reason, in a ward', [], { unit: 'north', reason: '  ' }, [
      'reportingUnitId: must be a precinct or polling place of this election', 'reason: must have 1 to 1,000 characters', 'changes: must name 1 to 1,000 counts',
    ]],
  ])('%s', (_, changes, more, problems) => {
    const decision = decide(changes, more)
    expect(decision.kind === 'INVALID' && decision.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual(problems)
  })
})

test('a correction of counts that have moved on is told what they are now', () => {
  const changes = [votes('baker', 'rye', 5, 4), votes('baker', 'brioche', 3, 4), { count: 'BALLOTS', old: 9, new: 10 } as const]
  expect(decide(changes)).toEqual({ kind: 'OUTDATED', changes: [{ change: changes[0], now: 6 }, { change: changes[2], now: 10 }] })
})

test('a channel by which nothing came counts zero', () => {
  const silent: PublishedCounts = { ...published, contest: (contest) => (COUNTS[contest] ?? []).map(() => 0) }
  const decision = decideCorrection(structure, silent, { type: 'RECOUNT', unit: 'mill', channel: 'EARLY', changes: [{ count: 'BALLOTS', old: 10, new: 9 }], reason: 'Wrong pile', by: 'Clara' })
  expect(decision).toMatchObject({ kind: 'OUTDATED', changes: [{ now: 0 }] })
})

describe('a correction of choices of secret ballots', () => {
  const secret = compileStructure({ ...crumbleton.definition, ballotSecrecy: 'SECRET' })
  const swap = [votes('baker', 'rye', 6, 5), votes('baker', 'brioche', 3, 4)]
  const correction: Correction = { type: 'CORRECTION', unit: 'mill', channel: 'ELECTION_DAY', changes: swap, reason: 'Two piles were swapped.', by: 'Clara' }
  /** Two of the ten ballots came early; choices are counted over all channels. */
  const apart: PublishedCounts = {
    turnout: () => ({ ballots: 10, byChannel: new Map([['ELECTION_DAY', 8], ['EARLY', 2]]) }),
    contest: (contest, _unit, channel) => channel === undefined ? COUNTS[contest] ?? [] : [],
    shownWith: () => undefined,
    isAllCounted: true,
  }

  test('waits until all of them are published; one of turnout does not', () => {
    const early = { ...apart, isAllCounted: false }
    const decision = decideCorrection(secret, early, correction)
    expect(decision.kind === 'INVALID' && decision.problems.map(({ path }) => path)).toEqual(['changes[0]', 'changes[1]'])
    expect(decideCorrection(secret, { ...early, contest: () => [] }, { ...correction, changes: [{ count: 'BALLOTS', old: 8, new: 9 }] })).toEqual({ kind: 'FITS' })
  })

  test('is of the whole place where they are not told by channel', () => {
    expect(decideCorrection(secret, apart, correction)).toEqual({ kind: 'FITS' })
    const decision = decideCorrection(secret, apart, { ...correction, changes: [{ count: 'BALLOTS', old: 8, new: 7 }] })
    expect(decision.kind === 'INVALID' && decision.problems[0]?.message).toBe('"baker" would have 10 ballots where the polling place has 9')
  })

  test('of a place that is shown with another is made there; one of its turnout is not', () => {
    const elsewhere: PublishedCounts = { ...apart, contest: (contest) => (COUNTS[contest] ?? []).map(() => 0), shownWith: () => 'market' }
    const decision = decideCorrection(secret, elsewhere, { ...correction, changes: [{ count: 'BALLOTS', contest: 'baker', old: 0, new: 1 }, { count: 'UNDERVOTES', contest: 'baker', old: 0, new: 1 }] })
    expect(decision.kind === 'INVALID' && decision.problems.map(({ message }) => message)).toEqual(Array.from({ length: 2 }, () => 'choices of "mill" are counted with those of "market", as it had too few ballots to be shown alone: correct them there'))
    expect(decideCorrection(secret, elsewhere, { ...correction, changes: [{ count: 'BALLOTS', old: 8, new: 9 }] })).toEqual({ kind: 'FITS' })
  })

  test('may leave a place with more choices than ballots, if those of another place are shown with it', () => {
    const joined: PublishedCounts = { ...apart, turnout: () => ({ ballots: 7, byChannel: new Map([['ELECTION_DAY', 7]]) }) }
    expect(decideCorrection(secret, joined, correction)).toEqual({ kind: 'FITS' })
  })
})
