import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildApiSchema, policyOf, rootFields } from './build-schema.js'
import { durationMs } from './duration.js'
import { cursorScope, cutPage, decodeCursor, encodeCursor, type CursorKey, type PageArgs } from './page.js'
import { printApiSchema } from './print-schema.js'

test('schema.graphql says what the API offers (npm run generate writes it)', () => {
  expect(readFileSync(new URL('../../../schema.graphql', import.meta.url), 'utf8')).toBe(printApiSchema())
})

test('every root field names who may ask for it', () => {
  const fields = rootFields(buildApiSchema())
  expect(fields.length).toBeGreaterThan(14)
  expect(fields.filter((field) => policyOf(field) === undefined).map(({ name }) => name)).toEqual([])
})

test('what changes an election or the roll is for managers, and votes are for voters and counting centres', () => {
  const policies = Object.fromEntries(rootFields(buildApiSchema()).map((field) => [field.name, policyOf(field)]))
  for (const name of ['createElection', 'publishElection', 'openElection', 'extendElection', 'closeElection', 'registerVoters', 'reissueVotingCode']) expect(policies[name], name).toEqual(['MANAGER'])
  expect(policies['castVote']).toEqual(['VOTER'])
  expect(policies['castVotes']).toEqual(['INGEST'])
})

test.each([['PT10S', 10_000], ['PT1M', 60_000], ['PT1H30M', 5_400_000], ['P1D', 86_400_000], ['P1W', 604_800_000], ['P1M', undefined], ['P', undefined], ['PT', undefined], ['PT1.5S', undefined], ['-PT1S', undefined]])('%s lasts %s ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms)
})

describe('pages of a list', () => {
  const byValue = ([one]: CursorKey, [other]: CursorKey): number => Number(one) - Number(other)
  const page = (items: number[], args: PageArgs) => cutPage(items, args, (item): CursorKey => [item, String(item)], byValue, 'numbers')

  test('lead forwards through every item once', () => {
    const seen: number[] = []
    for (let after: string | undefined; ;) {
      const { items, cursors, hasNextPage } = page([5, 3, 1, 4, 2], { first: 2, after: after ?? null })
      seen.push(...items)
      after = cursors.at(-1)
      if (!hasNextPage) break
    }
    expect(seen).toEqual([1, 2, 3, 4, 5])
  })

  test('lead backwards as well, still in order', () => {
    const last = page([1, 2, 3, 4, 5], { last: 2 })
    expect([last.items, last.hasPreviousPage, last.hasNextPage]).toEqual([[4, 5], true, false])
    const before = page([1, 2, 3, 4, 5], { last: 2, before: last.cursors[0] ?? null })
    expect([before.items, before.hasPreviousPage, before.hasNextPage]).toEqual([[2, 3], true, true])
  })

  test('go on behind an item that has gone meanwhile', () => {
    const { cursors } = page([1, 2, 3, 4], { first: 2 })
    expect(page([1, 3, 4], { first: 2, after: cursors[1] ?? null }).items).toEqual([3, 4])
  })

  test('hold 50 items unless asked, none if asked for none, and say how many there are', () => {
    const items = Array.from({ length: 120 }, (_, at) => at)
    expect(page(items, {}).items).toHaveLength(50)
    expect(page(items, { first: 0 })).toMatchObject({ items: [], hasNextPage: true, totalCount: 120 })
  })

  test.each<[string, PageArgs]>([
    ['more than 200', { first: 201 }], ['fewer than none', { first: -1 }], ['both ends', { first: 1, last: 1 }],
    ['the wrong cursor', { first: 1, before: encodeCursor([1, '1'], 'numbers') }], ['a cursor of nobody', { first: 1, after: 'nonsense' }],
  ])('are refused for %s', (_what, args) => {
    expect(() => page([1, 2, 3], args)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  })

  test('refuse the cursor of another list, order or filter, and say what to do', () => {
    const scopes = [
      cursorScope('units', 7, 'NAME_ASC', { search: 'mill' }), cursorScope('units', 8, 'NAME_ASC', { search: 'mill' }), cursorScope('turnout', 7, 'NAME_ASC', { search: 'mill' }),
      cursorScope('units', 7, 'NAME_DESC', { search: 'mill' }), cursorScope('units', 7, 'NAME_ASC', { search: 'hill' }), cursorScope('units', 7, 'NAME_ASC', null),
    ]
    const lead = (given: string, used: string): unknown => cutPage([1, 2, 3], { first: 2, after: encodeCursor([1, '1'], given) }, (item): CursorKey => [item, String(item)], byValue, used).items
    for (const given of scopes) {
      expect(lead(given, given)).toEqual([2, 3])
      for (const used of scopes.filter((other) => other !== given)) expect(() => lead(given, used)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('begin again without `after`') }))
    }
    expect(new Set(scopes).size).toBe(scopes.length)
  })

  test('take the same filter however it is written', () => {
    expect(cursorScope('units', { kinds: ['CITY', 'WARD'], search: null })).toBe(cursorScope('units', { kinds: ['WARD', 'CITY'] }))
    expect(cursorScope('units', {})).toBe(cursorScope('units', null))
  })

  test('have cursors that hold any name', () => {
    for (const key of [['Ångström "7"', 'a'], [null, 'b'], [0.25, 'c']] satisfies CursorKey[]) expect(decodeCursor(encodeCursor(key, 'names'), 'names')).toEqual(key)
  })
})
