import { expect, test } from 'vitest'
import { definitionOf } from '../elections-under-test.js'
import { findContestWarnings } from './contest-warnings.js'
import { findDefinitionWarnings } from './definition-warnings.js'

const harbour = (...contests: object[]) => definitionOf({
  slug: 'harbour', name: 'Harbour', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', reportingUnits: [{ id: 'pier', name: 'Pier', kind: 'PRECINCT' }],
  contests: contests.map((contest, at) => ({ id: `c${at}`, title: 'Pilot', reportingUnit: 'pier', ...contest })),
})
const options = (...names: string[]) => names.map((name, at) => ({ id: `o${at}`, name }))

test('two options of one name are told, case, accents and spaces aside', () => {
  const definition = harbour({ options: options('Zoe Gull', 'Lou Eel', 'ZOË  gull') })
  const warning = { path: 'contests[0].options[2].name', message: '"ZOË  gull" has the same name as option "o0" of "Pilot": voters cannot tell them apart' }
  expect(findContestWarnings(definition)).toEqual([warning])
  expect(findDefinitionWarnings(definition)).toContainEqual(warning)
})

test('one name in two contests is nobody else\'s', () => {
  expect(findContestWarnings(harbour({ options: options('Zoe Gull') }, { options: options('Zoe Gull') }))).toEqual([])
})

test('more seats than options are told, unless voters may write in more', () => {
  const seats = { numberElected: 3, options: options('Zoe Gull', 'Lou Eel') }
  expect(findContestWarnings(harbour(seats))).toEqual([{ path: 'contests[0].numberElected', message: '"Pilot" elects 3 of 2 options: there are more seats than options' }])
  expect(findContestWarnings(harbour({ ...seats, numberElected: 2 }))).toEqual([])
  expect(findContestWarnings(harbour({ ...seats, options: [...seats.options, { id: 'write-in', name: 'Write-in', isWriteIn: true }] }))).toEqual([])
})

test('twenty are told by name, and the number of the others', () => {
  const warnings = findContestWarnings(harbour({ options: options(...Array.from({ length: 23 }, () => 'Zoe Gull')) }))
  expect([warnings.length, warnings.at(-1)]).toEqual([21, { path: 'contests', message: '2 more warnings of this kind' }])
})
