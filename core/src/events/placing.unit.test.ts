import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ballotsPartition, electionPartition } from './placing.js'
import { TOPIC, TOPICS } from './topics.js'

const election = fc.integer({ min: 1, max: 2_147_483_647 })

describe('where records go', () => {
  test('every election and box has a partition, always the same', () => {
    fc.assert(fc.property(election, fc.nat(64), fc.integer({ min: 1, max: 64 }), (key, box, partitions) => {
      const at = ballotsPartition(key, box, partitions)
      expect(Number.isInteger(at) && at >= 0 && at < partitions).toBe(true)
      expect(ballotsPartition(key, box, partitions)).toBe(at)
      expect(electionPartition(key, partitions)).toBeLessThan(partitions)
    }))
  })
  test('the eight boxes of an election keep eight partitions busy', () => {
    fc.assert(fc.property(election, (key) => {
      expect(new Set(Array.from({ length: 8 }, (_, box) => ballotsPartition(key, box, 8)))).toHaveLength(8)
    }))
  })
  test('neighbouring elections spread over the partitions', () => {
    const perPartition = Array.from({ length: 4 }, () => 0)
    for (let key = 1; key <= 1_000; key += 1) {
      const at = electionPartition(key, 4)
      perPartition[at] = (perPartition[at] ?? 0) + 1
    }
    expect(Math.min(...perPartition)).toBeGreaterThan(150)
  })
  test('each topic is described once', () => {
    expect(TOPICS.map(({ name }) => name).toSorted()).toEqual(Object.values(TOPIC).toSorted())
  })
})
