import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutIntoRequests, recordBytes } from '../records/chunking.js'
import type { OutgoingRecord, RecordBatch } from '../event-log.js'
import { createAssignmentKeeper, type Delivery } from './assignment.js'
import { protocolErrorType } from './client.js'

describe('cutting records into requests', () => {
  const record = fc.record({
    topic: fc.constantFrom('ballots', 'results'), partition: fc.nat(2), key: fc.constant('k'),
    value: fc.oneof(fc.constant(null), fc.constantFrom(10, 400_000, 940_000, 2_000_000).map((length) => 'x'.repeat(length))),
  })
  test('keeps every record in its order, and only a record too large in itself makes a request too large', () => {
    fc.assert(fc.property(fc.array(record, { maxLength: 30 }), (records: OutgoingRecord[]) => {
      const requests = cutIntoRequests(records)
      expect(requests.flat()).toEqual(records)
      for (const request of requests) {
        const places = new Set(request.map(({ topic, partition }) => `${topic}/${partition}`))
        for (const place of places) {
          const together = request.filter(({ topic, partition }) => `${topic}/${partition}` === place)
          const bytes = together.reduce((sum, one) => sum + recordBytes(one), 0)
          expect(bytes <= 950_000 || together.length === 1).toBe(true)
        }
      }
    }), { numRuns: 50 })
  })
})

describe('the partitions that a reader holds', () => {
  const batch = (partition: number, heartbeat = async (): Promise<void> => undefined): RecordBatch =>
    ({ topic: 'ballots', partition, records: [{ topic: 'ballots', partition, offset: '0', key: 'k', value: null }], behind: 0, heartbeat })
  const prepare = () => {
    const events: string[] = []
    const gate = { open: (): void => undefined, isShut: false }
    const keeper = createAssignmentKeeper({
      groupId: 'g',
      topics: ['ballots'],
      async onAssigned(partitions) { events.push(`assigned ${partitions.get('ballots')?.join(',')}`) },
      async onLost() { events.push('lost') },
      async onBatch({ partition }) {
        events.push(`batch ${partition}`)
        if (gate.isShut) await new Promise<void>((resolve) => { gate.open = resolve })
        events.push(`done ${partition}`)
      },
    })
    const delivery: Delivery = { isStale: () => false, onDelivered: () => { events.push('moved') }, onFailed: () => undefined }
    return { events, gate, keeper, delivery }
  }

  test('a batch of a partition that was lost while it waited is not handed over', async () => {
    const { events, keeper, delivery } = prepare()
    keeper.assign(new Map([['ballots', [0, 1]]]))
    await keeper.deliver(batch(1), delivery)
    keeper.assign(new Map([['ballots', [0]]]))
    await keeper.deliver(batch(1), delivery)
    await keeper.deliver(batch(0), delivery)
    expect(events).toEqual(['assigned 0,1', 'batch 1', 'done 1', 'moved', 'lost', 'assigned 0', 'batch 0', 'done 0', 'moved'])
  })

  test('work that outlived its assignment ends before the next one begins, and moves no position', async () => {
    const { events, gate, keeper, delivery } = prepare()
    keeper.assign(new Map([['ballots', [0]]]))
    gate.isShut = true
    const working = keeper.deliver(batch(0), delivery)
    await expect.poll(() => events).toContain('batch 0')
    keeper.assign(new Map([['ballots', [0]]]))
    gate.isShut = false
    gate.open()
    await working
    await keeper.deliver(batch(0), delivery)
    expect(events).toEqual(['assigned 0', 'batch 0', 'done 0', 'lost', 'assigned 0', 'batch 0', 'done 0', 'moved'])
  })

  test('a batch that waits says that the reader is alive, and is given up when the group has moved on', async () => {
    const { events, gate, keeper, delivery } = prepare()
    keeper.assign(new Map([['ballots', [0]]]))
    gate.isShut = true
    const working = keeper.deliver(batch(0), delivery)
    await expect.poll(() => events).toContain('batch 0')
    const waiting = keeper.deliver(batch(0, async () => { throw new Error('the group is rebalancing') }), delivery)
    await expect(waiting).rejects.toThrow('the group is rebalancing')
    gate.open()
    await working
    await keeper.close()
    expect(events.filter((event) => event === 'batch 0')).toHaveLength(1)
  })

  test('a batch that is worked on says that the reader is alive, and is finished even if the group has moved on', async () => {
    const { events, gate, keeper, delivery } = prepare()
    keeper.assign(new Map([['ballots', [0]]]))
    gate.isShut = true
    const beats: string[] = []
    const working = keeper.deliver(batch(0, async () => {
      beats.push('alive')
      if (beats.length === 2) throw new Error('the group is rebalancing')
    }), delivery)
    await expect.poll(() => beats, { timeout: 5_000 }).toEqual(['alive', 'alive'])
    gate.open()
    await working
    expect(events).toEqual(['assigned 0', 'batch 0', 'done 0', 'moved'])
  })

  test('nothing is told after closing', async () => {
    const { events, keeper, delivery } = prepare()
    keeper.assign(new Map([['ballots', [0]]]))
    await keeper.deliver(batch(0), delivery)
    await keeper.close()
    const before = [...events]
    await keeper.lose()
    keeper.assign(new Map([['ballots', [0]]]))
    await keeper.deliver(batch(0), delivery)
    expect(events).toEqual(before)
  })
})

describe('small things', () => {
  test('the protocol\'s name of an error is found behind what wraps it', () => {
    const root = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' })
    expect(protocolErrorType(new Error('gave up', { cause: new Error('retried', { cause: root }) }))).toBe('MESSAGE_TOO_LARGE')
    expect(protocolErrorType(new Error('other'))).toBeUndefined()
    expect(protocolErrorType('no error')).toBeUndefined()
  })
})
