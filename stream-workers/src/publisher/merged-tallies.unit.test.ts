import type { TallyRow } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { createMergedTallies, type BoxUpdate, type MergedTallies } from './merged-tallies.js'

const mill = (ballots: number): TallyRow => ({ view: 'place', key: 'mill/EARLY', counts: [ballots] })
const baker = (...counts: number[]): TallyRow => ({ view: 'place', key: 'mill/ONLINE', counts })
const chainAt = (seq: number): string => seq === 0 ? '' : `digest ${seq}`
const update = (merged: MergedTallies, box: number, fromSeq: number, toSeq: number, rows: TallyRow[], changes: Partial<BoxUpdate> = {}) =>
  merged.update({ box, generation: 1, fromSeq, toSeq, fromChain: chainAt(fromSeq), chain: chainAt(toSeq), newestAt: toSeq * 1_000, views: [], rows, ...changes })
const sums = (merged: MergedTallies) => Object.fromEntries(merged.all().map(({ view, key, counts }) => [`${view}:${key}`, counts]))

describe('the sum over all boxes', () => {
  test('takes absolute counts of each box, and tells what changed as absolute sums', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    expect(update(merged, 0, 0, 2, [mill(2), baker(2, 0, 0, 1, 1)])).toBe('APPLIED')
    expect(update(merged, 1, 0, 3, [mill(3), baker(3, 1, 0, 2, 0)])).toBe('APPLIED')
    expect(merged.hasChanges).toBe(true)
    expect(merged.takeChanges()).toEqual([mill(5), baker(5, 1, 0, 3, 1)])
    expect([merged.hasChanges, merged.takeChanges()]).toEqual([false, []])
    update(merged, 0, 2, 4, [mill(4)])
    expect(merged.takeChanges()).toEqual([mill(7)])
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [7], 'place:mill/ONLINE': [5, 1, 0, 3, 1] })
  })

  test('skips what it has heard before, and what goes on from elsewhere: flushes never overlap, so that one is of another history', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5)])
    expect(update(merged, 0, 0, 5, [mill(5)])).toBe('REPEAT')
    expect(update(merged, 0, 0, 3, [mill(3)])).toBe('REPEAT')
    expect(update(merged, 0, 3, 8, [mill(8)]), 'it begins before and ends behind what is known').toBe('GAP')
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [5] })
    expect(merged.position(0)).toMatchObject({ generation: 1, nextSeq: 5 })
  })

  test('takes nothing where something before it is missing, or a generation it does not know', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5)])
    expect(update(merged, 0, 6, 9, [mill(9)])).toBe('GAP')
    expect(update(merged, 0, 5, 9, [mill(9)], { generation: 2 })).toBe('GAP')
    expect(update(merged, 1, 1, 2, [mill(2)])).toBe('GAP')
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [5] })
    expect(merged.position(1)).toBeUndefined()
  })

  test('takes nothing that goes on from another history, though its numbers fit: a restored database gives them twice', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5)])
    expect(update(merged, 0, 5, 6, [mill(6)], { fromChain: 'digest of five lost ballots', chain: 'digest of six lost ballots' })).toBe('GAP')
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [5] })
  })

  test('knows a box only as far as it was told of this history and these breakdowns', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5)], { views: ['age', 'pet'] })
    const state = { box: 0, generation: 1, nextSeq: 5, sealedSeq: null, chain: chainAt(5), newestAt: 5_000, views: ['pet', 'age'] }
    expect(merged.isKnown(state)).toBe(true)
    const others = [{ box: 1 }, { generation: 2 }, { nextSeq: 6 }, { chain: 'digest of five other ballots' }, { views: ['age', 'hat'] }]
    expect(others.map((other) => merged.isKnown({ ...state, ...other }))).toEqual(others.map(() => false))
  })

  test('follows a box that was counted anew: what is not in it any more becomes zero, and older news is skipped', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5), baker(5, 0, 0, 5, 0)])
    update(merged, 1, 0, 1, [mill(1)])
    merged.takeChanges()
    merged.replace({ box: 0, generation: 2, nextSeq: 3, sealedSeq: null, chain: chainAt(3), newestAt: 9, views: [], rows: [mill(3)] })
    expect(merged.takeChanges()).toEqual([mill(4), baker(0, 0, 0, 0, 0)])
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [4] })
    expect(update(merged, 0, 5, 6, [mill(6)])).toBe('REPEAT')
    expect(update(merged, 0, 3, 4, [mill(4)], { generation: 2 })).toBe('APPLIED')
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [5] })
  })

  test('has nothing to tell of a box that was read again and is the same', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5)])
    merged.takeChanges()
    merged.replace({ box: 0, generation: 1, nextSeq: 5, sealedSeq: null, chain: chainAt(5), newestAt: 5_000, views: [], rows: [mill(5)] })
    expect(merged.hasChanges).toBe(false)
  })

  test('tells once more what could not be published', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 5, [mill(5)])
    merged.takeChanges()
    update(merged, 0, 5, 6, [mill(6)])
    merged.putBack()
    expect(merged.takeChanges()).toEqual([mill(6)])
  })

  test('names the place of every box, with its seal where it has one, and its newest ballot', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 2, 0, 4, [mill(4)])
    merged.replace({ box: 0, generation: 3, nextSeq: 7, sealedSeq: 7, chain: chainAt(7), newestAt: null, views: [], rows: [] })
    expect(merged.vector(new Map([[0, 7]]))).toEqual([{ box: 0, generation: 3, nextSeq: 7, sealedSeq: 7 }, { box: 2, generation: 1, nextSeq: 4, sealedSeq: null }])
    expect([merged.newestAt(0), merged.newestAt(1), merged.newestAt(2)]).toEqual([null, null, 4_000])
  })

  test('hands out counts that do not change afterwards', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    update(merged, 0, 0, 1, [mill(1)])
    const [changes, all] = [merged.takeChanges(), merged.all()]
    update(merged, 0, 1, 2, [mill(2)])
    expect([changes, all]).toEqual([[mill(1)], [mill(1)]])
  })

  const young = (ballots: number): TallyRow => ({ view: 'breakdown', key: 'age/young', counts: [ballots] })

  test('shows a breakdown only once every box counts it, and then as a whole', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    merged.want(['age'])
    update(merged, 0, 0, 2, [mill(2), young(2)], { views: ['age'] })
    update(merged, 1, 0, 1, [mill(1)], { views: [] })
    expect(merged.takeChanges()).toEqual([mill(3)])
    expect(sums(merged)).toEqual({ 'place:mill/EARLY': [3] })
    merged.replace({ box: 1, generation: 2, nextSeq: 1, sealedSeq: null, chain: chainAt(1), newestAt: 9, views: ['age'], rows: [mill(1), young(1)] })
    expect(merged.takeChanges()).toEqual([young(3)])
  })

  test('takes a breakdown back that nobody wants any more', () => {
    const merged = createMergedTallies({ secrecy: undefined, leaves: [] })
    merged.want(['age'])
    update(merged, 0, 0, 2, [young(2)], { views: ['age'] })
    expect(merged.takeChanges()).toEqual([young(2)])
    merged.want([])
    expect(merged.takeChanges()).toEqual([young(0)])
    expect(sums(merged)).toEqual({})
  })
})
