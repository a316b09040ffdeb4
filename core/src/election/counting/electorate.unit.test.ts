import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDefinition } from '../definition/check-definition.js'
import { createElectorate, type VoterGroup } from './electorate.js'
import { crumbletonDefinition } from '../fixtures/crumbleton/definition.js'
import { WHOLE_ELECTION } from '../results/result-row.js'
import { createResults } from '../results/results.js'
import { compileStructure, type Structure } from '../structure/structure.js'

function structureWith(breakdowns: string[][]): Structure {
  const check = checkDefinition({ ...crumbletonDefinition, breakdowns })
  if (!check.ok) throw new Error(JSON.stringify(check.problems))
  return compileStructure(check.definition)
}
const structure = structureWith([['age', 'crust'], ['unit:WARD', 'age']])
const roll: VoterGroup[] = [
  { unit: 'mill', attributes: { age: 'young', crust: 'thin' }, voters: 8 },
  { unit: 'market', attributes: { age: 'old' }, voters: 6 },
  { unit: 'harbour', attributes: { age: 'old', crust: 'thick' }, voters: 10 },
  { unit: 'cellar', attributes: {}, voters: 1 },
]
const countsOf = (...args: Parameters<typeof createElectorate>) => (groups: readonly VoterGroup[], next: number): Record<string, readonly number[]> => {
  const electorate = createElectorate(...args)
  electorate.add(groups, next)
  return Object.fromEntries(electorate.rows().map(({ key, counts }) => [key, counts]))
}

describe('the electorate of Crumbleton', () => {
  test('is counted by everything that ballots are broken down by, wards included, and so are voters of whom nothing is known', () => {
    expect(countsOf(structure)(roll, 30)).toEqual({
      '/': [25, 30],
      'age/': [25], 'age/young': [8], 'age/old': [16], 'age/_unknown': [1],
      'crust/': [25], 'crust/thin': [8], 'crust/thick': [10], 'crust/_unknown': [7],
      'age,crust/': [25], 'age,crust/young,thin': [8], 'age,crust/old,_unknown': [6], 'age,crust/old,thick': [10], 'age,crust/_unknown,_unknown': [1],
      'unit:WARD,age/': [25], 'unit:WARD,age/north,young': [8], 'unit:WARD,age/north,old': [6], 'unit:WARD,age/south,old': [10], 'unit:WARD,age/south,_unknown': [1],
    })
  })

  test('goes on from what was published, in however many parts, to the same numbers', () => {
    fc.assert(fc.property(fc.array(fc.nat(roll.length), { maxLength: 4 }), (cuts) => {
      let electorate = createElectorate(structure)
      const ends = [...cuts, roll.length].toSorted((one, other) => one - other)
      let from = 0
      for (const to of ends) {
        electorate = createElectorate(structure, electorate.rows())
        electorate.add(roll.slice(from, to), to)
        from = to
      }
      const parts = electorate.rows().map(({ key, counts }) => `${key} ${counts.join(' ')}`)
      const whole = createElectorate(structure)
      whole.add(roll, roll.length)
      expect(parts.toSorted()).toEqual(whole.rows().map(({ key, counts }) => `${key} ${counts.join(' ')}`).toSorted())
    }))
  })

  test('keeps to the breakdowns that were published until others are counted from the beginning', () => {
    const before = createElectorate(structure)
    before.add(roll.slice(0, 1), 10)
    const after = createElectorate(structureWith([]), before.rows())
    expect(after.views).toEqual(before.views)
    expect(createElectorate(structureWith([])).views).toEqual(['age', 'crust'])
  })

  test('gives a group its denominator only when the roll names everybody who is eligible', () => {
    const results = createResults(structure)
    const eligible = [['mill', 9], ['market', 6], ['harbour', 10], ['cellar', 1]] as const
    const electorate = createElectorate(structure)
    electorate.add(roll, 30)
    results.apply(1, [...eligible.map(([key, voters]) => ({ view: 'eligible' as const, key, counts: [voters] })), ...electorate.rows()])
    expect(results.at().eligibleVoters(WHOLE_ELECTION)).toBe(26)
    expect(results.at().electorate(['age'], ['old']), 'one miller is not on the roll yet').toBeUndefined()
    expect(results.at().electorateGroups(['age'])).toEqual([])
    electorate.add([{ unit: 'mill', attributes: { age: 'old' }, voters: 1 }], 31)
    results.apply(2, electorate.rows())
    const at = results.at()
    expect([at.electorate(['age'], ['old']), at.electorate(['unit:WARD', 'age'], ['north', 'old']), at.electorate(['crust'], ['stuffed'])]).toEqual([17, 7, 0])
    expect(at.electorate(['income'], ['high']), 'nothing is known of incomes').toBeUndefined()
    expect(at.electorateGroups(['age']).map(([value = '']) => [value, at.electorate(['age'], [value])]).toSorted()).toEqual([['_unknown', 1], ['old', 17], ['young', 8]])
  })
})
