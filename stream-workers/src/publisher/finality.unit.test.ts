import { compileStructure } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { crumbleton, owlPost } from '../../../core/src/election/fixtures/index.js'
import { finalUntil, FOREVER, makesWindowsFinal } from './finality.js'
import { createMergedTallies } from './merged-tallies.js'

const at = crumbleton.at
/** Boxes by number: how far each is counted, and its newest ballot. */
const counted = (boxes: Record<number, { nextSeq: number, newestAt?: number }>) => {
  const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
  for (const [box, { nextSeq, newestAt = null }] of Object.entries(boxes)) merged.replace({ box: Number(box), generation: 1, nextSeq, sealedSeq: null, chain: '', newestAt, views: [], rows: [] })
  return merged
}
const floors = (boxes: Record<number, [nextSeq: number, floor: number]>) =>
  new Map(Object.entries(boxes).map(([box, [nextSeq, floor]]) => [Number(box), { box: Number(box), nextSeq, sealedSeq: null, floor }]))

describe('windows by the clock of the database', () => {
  const structure = compileStructure(crumbleton.definition)

  test('are final up to the lowest floor, once everything below the floors is counted', () => {
    const both = floors({ 0: [3, at('08:00:25')], 1: [2, at('08:00:31')] })
    expect(finalUntil(structure, counted({ 0: { nextSeq: 3 }, 1: { nextSeq: 2 } }), new Map(), both)).toBe(at('08:00:20'))
    expect(finalUntil(structure, counted({ 0: { nextSeq: 3 }, 1: { nextSeq: 1 } }), new Map(), both), 'a ballot below a floor is not counted yet').toBeNull()
    expect(finalUntil(structure, counted({ 0: { nextSeq: 4 }, 1: { nextSeq: 9 } }), new Map(), both), 'more may have been counted').toBe(at('08:00:20'))
  })

  test('are not final as long as one box has not said its floor', () => {
    expect(finalUntil(structure, counted({ 0: { nextSeq: 3 }, 1: { nextSeq: 2 } }), new Map(), floors({ 0: [3, at('08:00:25')] }))).toBeNull()
    expect(finalUntil(structure, counted({}), new Map(), floors({}))).toBeNull()
  })

  test('wait for no sealed box that is counted to its end, and are final for ever when all are', () => {
    const one = floors({ 1: [2, at('08:00:31')] })
    expect(finalUntil(structure, counted({ 0: { nextSeq: 3 }, 1: { nextSeq: 2 } }), new Map([[0, 3]]), one)).toBe(at('08:00:30'))
    expect(finalUntil(structure, counted({ 0: { nextSeq: 2 }, 1: { nextSeq: 2 } }), new Map([[0, 3]]), one), 'sealed, but not counted to its end').toBeNull()
    expect(finalUntil(structure, counted({ 0: { nextSeq: 3 }, 1: { nextSeq: 2 } }), new Map([[0, 3], [1, 2]]), new Map())).toBe(FOREVER)
    expect(finalUntil(structure, counted({}), new Map([[0, 0], [1, 0]]), new Map()), 'nobody voted').toBe(FOREVER)
  })
})

describe('windows by the clock of the ballots\' source', () => {
  const structure = compileStructure(owlPost.definition)

  test('are final 30 s (disorder and grace) before the newest ballot of the box that is furthest behind', () => {
    const merged = counted({ 0: { nextSeq: 9, newestAt: owlPost.at('12:01:00') }, 1: { nextSeq: 4, newestAt: owlPost.at('12:00:55') } })
    expect(finalUntil(structure, merged, new Map(), new Map())).toBe(owlPost.at('12:00:20'))
  })

  test('are not final while a box is empty, unless it is sealed', () => {
    const merged = counted({ 0: { nextSeq: 9, newestAt: owlPost.at('12:01:00') } })
    expect(finalUntil(structure, merged, new Map(), new Map())).toBeNull()
    expect(finalUntil(structure, merged, new Map([[1, 0]]), new Map())).toBe(owlPost.at('12:00:30'))
  })
})

test('a revision for the sake of final windows is worth it only while a window with ballots has something to hear', () => {
  const newest = at('08:00:07')
  expect(makesWindowsFinal(null, null, at('08:00:30')), 'no ballot').toBe(false)
  expect(makesWindowsFinal(newest, null, null)).toBe(false)
  expect(makesWindowsFinal(newest, null, at('08:00:10'))).toBe(true)
  expect(makesWindowsFinal(newest, at('08:00:00'), at('08:00:10'))).toBe(true)
  expect(makesWindowsFinal(newest, at('08:00:10'), at('08:00:20')), 'said already').toBe(false)
  expect(makesWindowsFinal(newest, at('08:00:00'), at('08:00:00'))).toBe(false)
})
