import { describe, expect, it } from 'vitest'
import type { Breakdown } from './documents.js'
import { groupBreakdown, hasSmallGroups, isTurnout, OTHER_GROUPS, UNKNOWN_GROUP } from './group-breakdown.js'

describe('a breakdown', () => {
  const education = { id: 'a1', name: 'Education', values: [{ id: 'low', name: 'School' }, { id: 'high', name: 'University' }] }
  const party = { id: 'a2', name: 'Party', values: [{ id: 'x', name: 'X' }, { id: 'y', name: 'Y' }] }
  const cell = (ids: string[], ballots: number, apple = 0, eligibleVoters: number | null = null): Breakdown['cells'][number] => ({
    values: ids.map((id) => ({ id, name: id })), ballots, eligibleVoters, totals: [{ option: { id: 'apple' }, votes: apple }],
  })

  it('of two attributes has a bar for every pair, zeros included, in the order of the definition', () => {
    const groups = groupBreakdown({ by: [education, party], cells: [cell(['high', 'y'], 5), cell(['low', 'x'], 3)] }, { kind: 'ballots' })
    expect(groups.map((group) => [group.name, group.sum, group.bars.map((bar) => bar.count)])).toEqual([['School', 3, [3, 0]], ['University', 5, [0, 5]]])
  })
  it('is turnout where it is known of every group how many may vote, and only where ballots are counted', () => {
    const known = [cell(['low'], 3, 2, 12), cell(['high'], 5, 1, 10)]
    const groups = groupBreakdown({ by: [education], cells: known }, { kind: 'ballots' })
    expect(groups.flatMap(({ bars }) => bars.map(({ count, eligible }) => [count, eligible]))).toEqual([[3, 12], [5, 10]])
    expect(isTurnout(groups)).toBe(true)
    expect(isTurnout(groupBreakdown({ by: [education], cells: known }, { kind: 'option', optionId: 'apple' }))).toBe(false)
    expect(isTurnout(groupBreakdown({ by: [education], cells: [cell(['low'], 3), cell(['high'], 5, 0, 10)] }, { kind: 'ballots' }))).toBe(false)
  })
  it('shows small groups together, last, and leaves theirs open instead of saying that they have no votes', () => {
    const together = cell([OTHER_GROUPS], 12, 7)
    const groups = groupBreakdown({ by: [education], cells: [cell(['high'], 25, 4), together] }, { kind: 'option', optionId: 'apple' })
    expect(groups.map(({ key, sum, bars }) => [key, sum, bars.map(({ count }) => count)])).toEqual([['low', 0, [null]], ['high', 4, [4]], [OTHER_GROUPS, 7, [7]]])
    expect(hasSmallGroups(groups)).toBe(true)
    const options = groupBreakdown({ by: [education], cells: [cell(['high'], 25, 4), together] }, { kind: 'options', options: [{ id: 'apple', name: 'Apple' }, { id: 'pear', name: 'Pear' }] })
    expect(options.map(({ bars }) => bars.map(({ count }) => count))).toEqual([[null, null], [4, 0], [7, 0]])
  })
  it('of two attributes has one bar for all small groups', () => {
    const groups = groupBreakdown({ by: [education, party], cells: [cell(['high', 'y'], 25, 4), cell([OTHER_GROUPS, OTHER_GROUPS], 12, 7)] }, { kind: 'option', optionId: 'apple' })
    expect(groups.map(({ key, bars }) => [key, bars.map(({ count }) => count)])).toEqual([['low', [null, null]], ['high', [null, 4]], [OTHER_GROUPS, [7]]])
  })
  it('has the ballots of whom the group is not known, before the small groups', () => {
    const groups = groupBreakdown({ by: [education], cells: [cell(['low'], 3), cell(['high'], 25), cell([UNKNOWN_GROUP], 14), cell([OTHER_GROUPS], 12)] }, { kind: 'ballots' })
    expect(groups.map(({ key, sum }) => [key, sum])).toEqual([['low', 3], ['high', 25], [UNKNOWN_GROUP, 14], [OTHER_GROUPS, 12]])
    const known = groupBreakdown({ by: [education], cells: [cell(['low'], 3), cell(['high'], 25)] }, { kind: 'ballots' })
    expect(known.map(({ key }) => key)).toEqual(['low', 'high'])
  })
  it('of two attributes has the ballots of whom one of them is not known, or neither', () => {
    const both = groupBreakdown({ by: [education, party], cells: [cell(['low', 'x'], 3), cell(['high', UNKNOWN_GROUP], 5), cell([UNKNOWN_GROUP, 'y'], 7), cell([UNKNOWN_GROUP, UNKNOWN_GROUP], 11)] }, { kind: 'ballots' })
    expect(both.map(({ key, sum, bars }) => [key, sum, bars.map(({ count }) => count)])).toEqual([['low', 3, [3, 0, 0]], ['high', 5, [0, 0, 5]], [UNKNOWN_GROUP, 18, [0, 7, 11]]])
    const second = groupBreakdown({ by: [education, party], cells: [cell(['low', 'x'], 3), cell(['high', UNKNOWN_GROUP], 5)] }, { kind: 'ballots' })
    expect(second.map(({ key, bars }) => [key, bars.map(({ count }) => count)])).toEqual([['low', [3, 0, 0]], ['high', [0, 0, 5]]])
  })
  it('shows every ballot in one of its bars', () => {
    const values = ['low', 'high', UNKNOWN_GROUP].flatMap((one) => ['x', 'y', UNKNOWN_GROUP].map((other) => [one, other]))
    const cells = [...values.map((pair, at) => cell(pair, 2 ** at, 2 ** at)), cell([OTHER_GROUPS, OTHER_GROUPS], 512, 512)]
    for (const measure of [{ kind: 'ballots' }, { kind: 'option', optionId: 'apple' }] as const) {
      expect(groupBreakdown({ by: [education, party], cells }, measure).reduce((sum, group) => sum + group.sum, 0)).toBe(1_023)
    }
  })
  it('without small groups has zeros where nobody voted', () => {
    const groups = groupBreakdown({ by: [education], cells: [cell(['high'], 25, 4)] }, { kind: 'option', optionId: 'apple' })
    expect([groups.map(({ bars }) => bars.map(({ count }) => count)), hasSmallGroups(groups)]).toEqual([[[0], [4]], false])
  })
  it('of two attributes can count the votes of one option', () => {
    const groups = groupBreakdown({ by: [education, party], cells: [cell(['high', 'y'], 5, 4)] }, { kind: 'option', optionId: 'apple' })
    expect(groups.map((group) => group.sum)).toEqual([0, 4])
  })
  it('of one attribute has one bar for each option', () => {
    const groups = groupBreakdown({ by: [education], cells: [cell(['low'], 5, 4)] }, { kind: 'options', options: [{ id: 'apple', name: 'Apple' }, { id: 'pear', name: 'Pear' }] })
    expect(groups[0]?.bars).toEqual([{ key: 'apple', name: 'Apple', count: 4, eligible: null }, { key: 'pear', name: 'Pear', count: 0, eligible: null }])
  })
})
