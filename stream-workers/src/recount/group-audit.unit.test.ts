import { describe, expect, test } from 'vitest'
import type { Cells } from './cell-counts.js'
import { auditGroups } from './group-audit.js'
import type { RecordedPartition } from './group-record.js'

/** Sixteen ballots in three chunks of ten, five and one; by age, and by crust. `ages` and `crusts` name a ballot's group by its first letter. */
const CHUNKS = 'aaaaaaaaaabbbbbc'
const partition = (kind: RecordedPartition['kind'], name: string, letters: string): RecordedPartition => {
  const sets = [...new Set(letters)]
  return { kind, name, sets, ofBallot: [...letters].map((letter) => sets.indexOf(letter)) }
}
const counted = (name: string, letters: string): Cells => {
  const cells: Cells = new Map()
  for (const letter of letters) for (const place of [0, 1]) cells.set(`breakdown|${name}/${letter}|${place}`, (cells.get(`breakdown|${name}/${letter}|${place}`) ?? 0) + 1)
  return cells
}
const asPublished = (cells: Cells, joined: readonly string[] = []): Cells => {
  const published: Cells = new Map()
  for (const [cell, count] of cells) {
    const [, key = '', place = ''] = cell.split('|')
    const [name = '', values = ''] = key.split('/')
    published.set(`group|${name}/|0`, 1)
    const group = `group|${name}/${joined.includes(values) ? '_other' : values}|${place}`
    published.set(group, (published.get(group) ?? 0) + count)
  }
  return published
}
const audit = (letters: Record<string, string>, joined: Record<string, string[]>, changes: Partial<Parameters<typeof auditGroups>[0]> = {}) => {
  const cells = new Map(Object.entries(letters).flatMap(([name, of]) => [...counted(name, of)]))
  return auditGroups({
    releaseSize: 5, contests: [], counted: cells, shownWith: new Map(), joined: new Map(Object.entries(joined).map(([name, values]) => [name, new Set(values)])),
    published: new Map(Object.entries(letters).flatMap(([name, of]) => [...asPublished(counted(name, of), joined[name])])),
    partitions: [partition('CHUNKS', '', CHUNKS), ...Object.entries(letters).map(([name, of]) => partition('GROUPS', name, of))],
    ...changes,
  })
}

describe('choices by groups of voters', () => {
  const MIXED = 'yyyyyooooo' + 'yyyoo' + 'y'

  test('are sound where each group has enough ballots, and none shows by subtraction', () => {
    expect(audit({ age: MIXED }, { age: [] })).toEqual({ problems: [], leftOut: [] })
  })

  test.each<[what: string, letters: Record<string, string>, joined: Record<string, string[]>, says: RegExp]>([
    ['a group is published with four ballots', { age: 'yyyyyyyyoo' + 'yyyoo' + 'y' }, { age: [] }, /age\/o is published with 4 ballots, fewer than 5/],
    ['small groups together are too small', { age: 'yyyyyyyyop' + 'yyyop' + 'y' }, { age: ['o', 'p'] }, /age\/_other is published with 4 ballots/],
    ['all but one of those released together are of one group, which nobody else is of', { age: 'yyyyyyyyyo' + 'ooooo' + 'o' }, { age: [] }, /ballots released together and age together tell of fewer than 5 ballots/],
    ['two breakdowns are nearly the same', { age: 'yyyyyyyyyy' + 'ooooo' + 'o', crust: 'yyyyyyyyyy' + 'yoooo' + 'o' }, { age: [], crust: [] }, /age and crust together tell of fewer than 5 ballots/],
  ])('are found out where %s', (_what, letters, joined, says) => {
    expect(audit(letters, joined).problems.join()).toMatch(says)
  })

  test('are found out where a group has enough ballots, and one in a contest', () => {
    const contests = [{ id: 'pier', title: 'Pier', votesAllowed: 1, options: [{ id: 'yes', name: 'Yes' }] }]
    const cells: Cells = new Map([...counted('age', MIXED), ['breakdown|age/y|1', 8], ['breakdown|age/o|1', 1]])
    expect(audit({ age: MIXED }, { age: [] }, { contests, counted: cells, published: asPublished(cells) }).problems).toEqual(['age/o is published with 1 ballots in pier, fewer than 5'])
  })

  test('may be all there is, however few', () => {
    expect(audit({ age: 'yyyyyyyyyyyyyyyy' }, { age: [] }).problems).toEqual([])
    expect(audit({ age: 'yyyyyyyyyyyyyyyo' }, { age: ['y', 'o'] }).problems).toEqual([])
  })

  test('are found out where they are not the sums of what was counted', () => {
    const published = asPublished(counted('age', MIXED))
    published.set('group|age/y|1', 99)
    published.set('group|age/nobody|0', 6)
    expect(audit({ age: MIXED }, { age: [] }, { published }).problems).toEqual(['group|age/y|1 is 9 by recount and 99 as published', 'group|age/nobody|0 is 0 by recount and 6 as published'])
  })

  test('are found out where nobody stored how they were joined', () => {
    expect(audit({ age: MIXED }, { age: [] }, { joined: new Map() }).problems).toEqual(['choices by age are published, and it is not stored which groups were joined'])
  })

  test('are not looked at together where there are too many ballots, and that is said', () => {
    expect(audit({ age: MIXED }, { age: [] }, { partitions: undefined })).toMatchObject({ problems: [], leftOut: [expect.stringMatching('too many ballots')] })
  })
})
