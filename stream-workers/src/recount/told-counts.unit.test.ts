import { expect, test } from 'vitest'
import { definitionOf } from '../../../core/src/election/elections-under-test.js'
import { recountElection } from './recount-election-under-test.js'
import { createToldCounts } from './told-counts.js'

const jam = definitionOf({
  slug: 'jam', name: 'The jam of the coast', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', boxes: 1, releaseSize: 5, releaseUnits: 'WARD',
  reportingUnits: [{ id: 'coast', name: 'Coast', kind: 'WARD' }, ...['pier', 'dock', 'quay'].map((id) => ({ id, name: id, kind: 'PRECINCT', parent: 'coast' }))],
  contests: [{ id: 'jam', title: 'Jam', reportingUnit: 'coast', options: [{ id: 'fig', name: 'Fig' }, { id: 'plum', name: 'Plum' }] }],
})

test('once places are told, choices of a small one are told at the place that it is shown with, and that it is', () => {
  const told = createToldCounts(recountElection(jam).secrecy)
  const counts = new Map([['place|quay/EARLY|0', 2], ['place|dock/EARLY|0', 9], ['leaf|quay/|1', 2], ['leaf|dock/|1', 9], ['released|coast~0/|1', 11]])
  for (const [cell, count] of counts) told.add(cell, count)
  expect([...told.cells].toSorted()).toEqual([['place|coast~0/|1', 11], ['place|dock/EARLY|0', 9], ['place|quay/EARLY|0', 2]])
  told.takeChanged()
  told.showPlaces([counts], new Map([['quay', 'dock']]))
  expect([...told.cells].toSorted()).toEqual([['joined|quay|0', 2], ['place|dock/EARLY|0', 9], ['place|dock/|1', 11], ['place|quay/EARLY|0', 2]])
  expect(told.takeChanged()).toContain('joined|quay|0')
})
