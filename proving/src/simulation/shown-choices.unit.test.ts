import { checkDefinition, compileStructure, createResults, type BoxEntry, type ResultsAt, type Structure } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { countByHand, type CountedBox } from './reference-count.js'
import { judgeChoices } from './shown-choices.js'

const structure: Structure = (() => {
  const checked = checkDefinition({
    slug: 'hush', name: 'Not so loud', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', boxes: 1, ballotSecrecy: 'SECRET', releaseSize: 5,
    attributes: [{ id: 'pet', name: 'Pet', values: [{ id: 'cat', name: 'Cat' }, { id: 'dog', name: 'Dog' }, { id: 'fish', name: 'Fish' }] }],
    breakdowns: [],
    reportingUnits: [{ id: 'town', name: 'Town', kind: 'CITY' }, { id: 'green', name: 'Green', kind: 'PRECINCT', parent: 'town' }],
    contests: [{ id: 'drink', title: 'Drink', reportingUnit: 'town', options: [{ id: 'tea', name: 'Tea' }, { id: 'coffee', name: 'Coffee' }] }],
  })
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('; '))
  return compileStructure(checked.definition)
})()

const commitment = '0'.repeat(64)
/** Twelve voters: the first five have cats, the next five dogs, the last two fish. Every other one takes tea. */
const ballots = Array.from({ length: 12 }, (_, seq): BoxEntry => ({
  kind: 'BALLOT', seq, castAt: seq * 1_000, commitment, chain: commitment, unit: 'green', channel: 'ONLINE',
  attributes: { pet: seq < 5 ? 'cat' : seq < 10 ? 'dog' : 'fish' }, selections: { drink: [seq % 2 === 0 ? 'tea' : 'coffee'] },
}))
const seal: BoxEntry = { kind: 'SEAL', seq: 12, castAt: 60_000, commitment, chain: commitment }
const box = (...entries: readonly BoxEntry[]): CountedBox[] => [entries, []].map((one) => ({ entries: one, minutesBefore: Number.NEGATIVE_INFINITY, hoursBefore: Number.NEGATIVE_INFINITY }))

interface Told { contest: readonly number[], seq?: number, released?: number, groups?: [string[], readonly number[]][] }

/** Results that tell this, and nothing else. */
function tell({ contest, seq = 0, released = 0, groups = [] }: Told): ResultsAt {
  return {
    ...createResults(structure).at(),
    contest: () => contest,
    released: () => released,
    frontier: () => new Map([['0/green/', { seq, ballots: released, shownWith: undefined }]]),
    breakdown: (_, wanted) => wanted === '' ? [] : groups,
  }
}

const nothing = [0, 0, 0, 0, 0]
const all = [12, 0, 0, 6, 6]

test('nothing is wrong with choices that are shown when the rule says so', () => {
  expect(judgeChoices(structure, box(...ballots.slice(0, 9)), tell({ contest: nothing }))).toEqual([])
  expect(judgeChoices(structure, box(...ballots), tell({ contest: [5, 0, 0, 3, 2], seq: 5, released: 5 }))).toEqual([])
  expect(judgeChoices(structure, box(...ballots, seal), tell({ contest: all, seq: 13, released: 12 }))).toEqual([])
})

test('a group that is shown too early is noticed, and one that is shown too late', () => {
  const early = judgeChoices(structure, box(...ballots.slice(0, 9)), tell({ contest: [5, 0, 0, 3, 2], seq: 5, released: 5 }))
  expect(early).toEqual(['of the cell 0/green/ it releases 5 below 5 instead of none'])
  const late = judgeChoices(structure, box(...ballots), tell({ contest: nothing }))
  expect(late).toEqual(['of the cell 0/green/ it releases none instead of 5 below 5'])
})

test('choices that are shown before they are said to be released are noticed', () => {
  expect(judgeChoices(structure, box(...ballots.slice(0, 9)), tell({ contest: [9, 0, 0, 5, 4] }))).toEqual(['in drink it shows 9,0,0,5,4, and the ballots below the frontiers are 0,0,0,0,0'])
})

test('choices by groups of voters wait for the seal, and then tell nobody apart', () => {
  const sealed = { contest: all, seq: 13, released: 12 }
  const [cats, dogs, fish]: readonly (readonly number[])[] = [[5, 0, 0, 3, 2], [5, 0, 0, 2, 3], [2, 0, 0, 1, 1]]
  const judge = (groups: [string[], readonly number[]][], entries = [...ballots, seal]) => judgeChoices(structure, box(...entries), tell({ ...entries.length > 12 ? sealed : { contest: [5, 0, 0, 3, 2], seq: 5, released: 5 }, groups }))
  const joined: [string[], readonly number[]][] = [[['cat'], cats ?? []], [['_other'], [7, 0, 0, 3, 4]]]
  expect(judge(joined)).toEqual([])
  expect(judge(joined, ballots)).toEqual(['it shows drink by pet before every box is sealed'])
  expect(judge([[['cat'], cats ?? []], [['dog'], dogs ?? []], [['fish'], fish ?? []]])).toEqual(['drink by pet tells apart 2 ballots of fish'])
  expect(judge([[['cat'], cats ?? []], [['dog'], dogs ?? []], [['_other'], fish ?? []]])).toEqual(['drink by pet tells apart 2 ballots of _other'])
  expect(judge([[['cat'], [5, 0, 0, 4, 1]], [['_other'], [7, 0, 0, 2, 5]]])).toEqual(['drink by pet of cat is 5,0,0,4,1 instead of 5,0,0,3,2'])
  expect(judge([[['cat'], cats ?? []], [['_other'], [6, 0, 0, 3, 3]]])).toEqual(['drink by pet adds up to 11,0,0,6,5 instead of 12,0,0,6,6'])
})

test('where wards release choices, places are shown once every box is sealed, and none in part', () => {
  const town = compileStructure({ ...structure.definition, releaseUnits: 'CITY' })
  const told = (contest: readonly number[], places: readonly number[]): ResultsAt => {
    const results = tell({ contest, seq: contest === all ? 13 : 5, released: contest === all ? 12 : 5 })
    return { ...results, contest: (_, unit) => unit === 'green' ? places : contest, frontier: () => new Map([['0/town~0/', { seq: contest === all ? 13 : 5, ballots: contest === all ? 12 : 5, shownWith: undefined }]]) }
  }
  const some = [5, 0, 0, 3, 2]
  expect(judgeChoices(town, box(...ballots), told(some, nothing))).toEqual([])
  expect(judgeChoices(town, box(...ballots), told(some, some))).toEqual(['it shows drink by place before every box is sealed'])
  expect(judgeChoices(town, box(...ballots, seal), told(all, nothing))).toEqual([])
  expect(judgeChoices(town, box(...ballots, seal), told(all, all))).toEqual([])
  expect(judgeChoices(town, box(...ballots, seal), told(all, some))).toEqual(['of green it shows a part of drink', 'drink by place adds up to 5,0,0,3,2 instead of 12,0,0,6,6'])
})

test('in the end the choices counted by hand are those of all ballots', () => {
  expect(countByHand(structure.definition, box(...ballots, seal))['contest drink ']).toEqual(all)
})
