import { compileStructure, createTally, type BoxEntry } from '@livetally/core/election'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyElectionWithBallots } from '../../../core/src/election/elections-under-test.js'
import { crumbleton, entriesOf, owlPost, type Counts, type GoldenBallot, type GoldenElection } from '../../../core/src/election/fixtures/index.js'
import { differingCells, type Cells } from './cell-counts.js'
import { createHandCount } from './hand-count.js'
import { recountElection } from './recount-election-under-test.js'

/** Each of a ledger transaction of its own. */
const alone = <Entry extends BoxEntry>(entry: Entry): Entry => ({ ...entry, chain: entry.commitment })

/** Adds the cells of one count into another. */
function addCells(sum: Cells, cells: Cells): void {
  for (const [cell, count] of cells) sum.set(cell, (sum.get(cell) ?? 0) + count)
}

/** Counts each box by itself and adds up, as the recount does. */
function countCells(golden: GoldenElection): Cells {
  const structure = compileStructure(golden.definition)
  const sum: Cells = new Map()
  for (let box = 0; box < structure.boxCount; box += 1) {
    const count = createHandCount(recountElection(golden.definition))
    const inBox = golden.ballots.filter(({ unit }: GoldenBallot) => structure.units.get(unit)?.box === box)
    for (const entry of entriesOf(inBox)) expect(count.count(alone(entry))).toBe(true)
    expect(count.ballots).toBe(inBox.length)
    addCells(sum, count.cells)
  }
  return sum
}

/** What was worked out on paper, as cells. */
function cellsByHand({ expected, definition, at }: GoldenElection): Cells {
  const structure = compileStructure(definition)
  const cells: Cells = new Map()
  const put = (view: string, key: string, unit: string, contest: string, counts: Counts): void => {
    const offset = contest === '' ? 0 : structure.layout(unit).offsetOf(contest) ?? 0
    counts.forEach((count, place) => { if (count !== 0) cells.set(`${view}|${key}|${offset + place}`, count) })
  }
  for (const { id: leaf } of structure.leaves) for (const [channel, ballots] of Object.entries(expected.turnout[leaf] ?? {})) put('place', `${leaf}/${channel}`, leaf, '', [ballots])
  for (const [attributes, contests] of Object.entries(expected.breakdowns)) {
    for (const [contest, rows] of Object.entries(contests)) for (const [value, counts] of Object.entries(rows)) put('breakdown', `${attributes}/${value}`, '', contest, counts)
  }
  for (const [contest, panes] of Object.entries(expected.panes)) for (const [start, counts] of Object.entries(panes)) put('pane', `/${at(start)}`, '', contest, counts)
  for (const [contest, counts] of Object.entries(expected.late)) put('late', '', '', contest, counts)
  return cells
}

describe.each([['Crumbleton chooses its baker', crumbleton], ['Which owl is best?', owlPost]])('recounting "%s"', (_name, golden) => {
  test('finds what was worked out on paper', () => {
    const counted = countCells(golden)
    for (const [cell, count] of cellsByHand(golden)) expect(counted.get(cell), cell).toBe(count)
    for (const [contest, units] of Object.entries(golden.expected.contests)) {
      const structure = compileStructure(golden.definition)
      for (const { id: leaf } of structure.leaves) {
        const offset = structure.layout(leaf).offsetOf(contest)
        if (offset === undefined) continue
        const places = Array.from({ length: units['']?.length ?? 0 }, (_, place) =>
          [...counted].filter(([cell]) => cell.startsWith(`place|${leaf}/`) && cell.endsWith(`|${offset + place}`)).reduce((sum, [, count]) => sum + count, 0))
        expect(places, `${contest} in ${leaf}`).toEqual(units[leaf])
      }
    }
  })

  test('finds, cell by cell, what the workers count, although the two share no code', () => {
    const structure = compileStructure(golden.definition)
    const tallied: Cells = new Map()
    for (let box = 0; box < structure.boxCount; box += 1) {
      const tally = createTally(structure)
      for (const entry of entriesOf(golden.ballots.filter(({ unit }: GoldenBallot) => structure.units.get(unit)?.box === box))) tally.add(alone(entry))
      addCells(tallied, new Map(tally.rows().flatMap(({ view, key, counts }) => counts.map((count, place): [string, number] => [`${view}|${key}|${place}`, count]))))
    }
    expect(differingCells(countCells(golden), tallied)).toEqual([])
  })
})

describe('a recount', () => {
  test.each([
    ['a contest that the precinct does not vote on', { unit: 'market', selections: { pie: ['cherry'] } }],
    ['an option that does not exist beside one that does', { unit: 'mill', selections: { baker: ['rye', 'nobody'] } }],
    ['an option that does not exist', { unit: 'mill', selections: { baker: ['nobody'] } }],
    ['a ward, where nobody votes', { unit: 'north', selections: {} }],
    ['a place that does not exist, even a blank one', { unit: 'atlantis', selections: {} }],
    ['a place that does not exist', { unit: 'atlantis', selections: { baker: ['rye'] } }],
  ])('counts no ballot that names %s', (_what, changes) => {
    const count = createHandCount(recountElection(crumbleton.definition))
    const [entry] = entriesOf(crumbleton.ballots)
    expect(entry && count.count({ ...entry, ...changes })).toBe(false)
    expect([count.ballots, count.cells.size]).toEqual([0, 0])
  })

  test('finds what the workers count in any election with any ballots', () => {
    fc.assert(fc.property(anyElectionWithBallots, ({ structure, ballots }) => {
      const tally = createTally(structure)
      const count = createHandCount(recountElection(structure.definition))
      for (const ballot of ballots) expect(count.count(alone(ballot))).toBe(tally.add(alone(ballot)))
      const tallied = new Map(tally.rows().flatMap(({ view, key, counts }) => counts.map((votes, place): [string, number] => [`${view}|${key}|${place}`, votes])))
      expect(differingCells(count.cells, tallied)).toEqual([])
    }), { numRuns: 200 })
  })

  test('names the cells that differ, missing ones too, up to a limit', () => {
    const counted = new Map([['a', 1], ['b', 2], ['c', 3]])
    expect(differingCells(counted, new Map([['a', 1], ['b', 5], ['d', 4], ['zero', 0]]))).toEqual([
      { cell: 'b', counted: 2, stored: 5 }, { cell: 'c', counted: 3, stored: 0 }, { cell: 'd', counted: 0, stored: 4 },
    ])
    expect(differingCells(counted, new Map(), 2)).toHaveLength(2)
  })
})
