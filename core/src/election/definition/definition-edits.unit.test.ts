import { describe, expect, test } from 'vitest'
import type { ElectionDefinition } from './definition.js'
import { findFixedEdits } from './definition-edits.js'
import { crumbleton } from '../fixtures/index.js'

const before = crumbleton.definition
type Draft = { -readonly [Key in keyof ElectionDefinition]: ElectionDefinition[Key] }
const edited = (edit: (draft: Draft) => void): ElectionDefinition => {
  const draft = structuredClone(before)
  edit(draft)
  return draft
}
const paths = (after: ElectionDefinition, phase: 'DRAFT' | 'OPEN' = 'OPEN', hasVoters = false): string[] =>
  findFixedEdits(before, after, { phase, hasVoters }).map(({ path }) => path)
const first = <Item>(items: readonly Item[]): Item => items[0] as Item

describe('while people vote', () => {
  test.each<[string, (draft: Draft) => void]>([
    ['the name and description of the election', (draft) => { Object.assign(draft, { name: 'Crumbleton, rebaked', description: 'With jam' }) }],
    ['what is told of a candidate', (draft) => { Object.assign(first(first(draft.contests).options), { name: 'Ada M. Rye', biography: 'Bakes at four.', photoUrl: '/ada.png', campaignPlatform: 'Bread' }) }],
    ['name, short name and colour of a party', (draft) => { Object.assign(first(draft.parties), { name: 'Crust!', abbreviation: 'CR', color: '#000000' }) }],
    ['the name of a unit and how many may vote there', (draft) => { Object.assign(first(draft.reportingUnits), { name: 'Greater Crumbleton', eligibleVoters: 12 }) }],
    ['names of attributes and their values', (draft) => { Object.assign(first(draft.attributes), { name: 'Years', values: first(draft.attributes).values.map((value) => ({ ...value, name: `${value.name}!` })) }) }],
    ['breakdowns, more and fewer', (draft) => { draft.breakdowns = [] }],
    ['the way a time is written', (draft) => { draft.opensAt = '2031-05-04T10:00:00.000+02:00' }],
  ])('can be edited: %s', (_, edit) => {
    expect(paths(edited(edit))).toEqual([])
  })

  test.each<[string, (draft: Draft) => void, string]>([
    ['the slug', (draft) => { draft.slug = 'elsewhere' }, 'slug'],
    ['the closing time', (draft) => { draft.closesAt = '2031-05-04T21:00:00Z' }, 'closesAt'],
    ['from when on early ballots count', (draft) => { draft.castFrom = '2031-04-20T08:00:00Z' }, 'castFrom'],
    ['the grace of windows', (draft) => { draft.time = { ...draft.time, graceMs: 1 } }, 'time'],
    ['the number of boxes', (draft) => { draft.boxes = 3 }, 'boxes'],
    ['a candidate\'s party', (draft) => { Object.assign(first(first(draft.contests).options), { party: 'crumb' }) }, 'contests[0].options[0].party'],
    ['the order of candidates', (draft) => { draft.contests = draft.contests.map((contest, at) => at === 0 ? { ...contest, options: contest.options.toReversed() } : contest) }, 'contests[0].options'],
    ['the question itself', (draft) => { Object.assign(first(draft.contests), { title: 'Town Butcher' }) }, 'contests[0].title'],
    ['how many marks are allowed', (draft) => { draft.contests = draft.contests.map((contest, at) => at === 1 ? { ...contest, votesAllowed: 2 } : contest) }, 'contests[1].votesAllowed'],
    ['a contest more', (draft) => { draft.contests = [...draft.contests, { ...first(draft.contests), id: 'butcher' }] }, 'contests'],
    ['a polling place less', (draft) => { draft.reportingUnits = draft.reportingUnits.filter(({ id }) => id !== 'cellar') }, 'reportingUnits'],
    ['what a district holds', (draft) => { draft.reportingUnits = draft.reportingUnits.map((unit) => unit.id === 'cd-sweet' ? { ...unit, composedOf: ['mill'] } : unit) }, 'reportingUnits[8].composedOf'],
    ['a value of an attribute', (draft) => { draft.attributes = draft.attributes.map((attribute, at) => at === 0 ? { ...attribute, values: [first(attribute.values)] } : attribute) }, 'attributes[0].values'],
  ])('is fixed: %s', (_, edit, path) => {
    expect(paths(edited(edit))).toEqual([path])
  })
})

describe('a draft', () => {
  const rewritten = edited((draft) => { Object.assign(draft, { contests: [first(draft.contests)], reportingUnits: draft.reportingUnits.slice(0, 8), attributes: [], boxes: 5 }) })
  test('may be rewritten, but for its slug', () => {
    expect(paths(rewritten, 'DRAFT')).toEqual([])
    expect(paths({ ...rewritten, slug: 'elsewhere' }, 'DRAFT')).toEqual(['slug'])
  })
  test('keeps its units and attributes once voters are registered', () => {
    expect(paths(rewritten, 'DRAFT', true)).toEqual(['reportingUnits', 'attributes'])
  })
})
