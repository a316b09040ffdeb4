import { describe, expect, it } from 'vitest'
import { shareScale } from './bar-scale.js'
import type { Breakdown } from './documents.js'
import { groupBreakdown, isTurnout } from './group-breakdown.js'
import { keepPlace } from './keep-place.js'
import { shortNames } from './short-names.js'
import { slicesOf } from './slices.js'

describe('the ring', () => {
  const totals = (...votes: number[]) => votes.map((count, at) => ({ key: `o${at}`, votes: count }))

  it('keeps ballot order', () => expect(slicesOf(totals(2, 9, 4)).map((slice) => slice.key)).toEqual(['o0', 'o1', 'o2']))
  it('has five slices at most, the small ones together at the end', () => {
    const slices = slicesOf(totals(1, 50, 2, 40, 30, 20, 3))
    expect(slices.map((slice) => [slice.key, slice.votes])).toEqual([['o1', 50], ['o3', 40], ['o4', 30], ['o5', 20], ['other', 6]])
  })
  it('loses no vote', () => expect(slicesOf(totals(1, 2, 3, 4, 5, 6, 7, 8)).reduce((sum, slice) => sum + slice.votes, 0)).toBe(36))
  it('has no slice without a vote', () => expect(slicesOf(totals(0, 3)).map((slice) => slice.key)).toEqual(['o1']))
})

describe('bars', () => {
  it('run to the next of a few steps, so that they do not rescale at every vote', () => {
    expect([[4, 9.9], [42.6, 39], [51, 49], [76, 24], [null, null]].map(shareScale)).toEqual([10, 50, 75, 100, 10])
  })
})

describe('a table that is being read', () => {
  const row = (id: string, ballots: number) => ({ id, ballots })
  const keyOf = (one: { id: string }) => one.id

  it('keeps every row in its place while the numbers change', () => {
    const { rows, isMoved } = keepPlace([row('a', 9), row('b', 8)], [row('b', 12), row('a', 10)], keyOf)
    expect(rows).toEqual([row('a', 10), row('b', 12)])
    expect(isMoved).toBe(true)
  })
  it('puts a row that came where another went', () => {
    expect(keepPlace([row('a', 9), row('b', 8), row('c', 7)], [row('a', 9), row('d', 9), row('c', 7)], keyOf).rows.map(keyOf)).toEqual(['a', 'd', 'c'])
  })
  it('is in order while nothing overtook', () => expect(keepPlace([row('a', 9)], [row('a', 10), row('b', 1)], keyOf).isMoved).toBe(false))
  it('shortens with the answer', () => expect(keepPlace([row('a', 9), row('b', 8)], [row('b', 8)], keyOf).rows).toEqual([row('b', 8)]))
})

describe('short names', () => {
  const short = (...names: string[]) => [...shortNames(names.map((name, at) => ({ id: String(at), name }))).values()]

  it('are family names', () => expect(short('Ada Marsh', 'Bruno Castell')).toEqual(['Marsh', 'Castell']))
  it('stay whole where two would be alike', () => expect(short('Ada Marsh', 'Tom Marsh')).toEqual(['Ada Marsh', 'Tom Marsh']))
  it('leave tickets and answers as they are', () => expect(short('Hill / Vale', 'Yes')).toEqual(['Hill / Vale', 'Yes']))
  it('keep what follows a family name', () => expect(short('John Doe Jr.', 'Ann Lee')).toEqual(['Doe Jr.', 'Lee']))
})

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
  it('of two attributes can count the votes of one option', () => {
    const groups = groupBreakdown({ by: [education, party], cells: [cell(['high', 'y'], 5, 4)] }, { kind: 'option', optionId: 'apple' })
    expect(groups.map((group) => group.sum)).toEqual([0, 4])
  })
  it('of one attribute has one bar for each option', () => {
    const groups = groupBreakdown({ by: [education], cells: [cell(['low'], 5, 4)] }, { kind: 'options', options: [{ id: 'apple', name: 'Apple' }, { id: 'pear', name: 'Pear' }] })
    expect(groups[0]?.bars).toEqual([{ key: 'apple', name: 'Apple', count: 4, eligible: null }, { key: 'pear', name: 'Pear', count: 0, eligible: null }])
  })
})
