import { compileStructure, NOTHING_ROLLED, type Election } from '@livetally/core/election'
import type { BoxFlush } from '@livetally/core/store'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { createHeldClock } from '../clock-under-test.js'
import { chainedEntries } from '../entries-under-test.js'
import { createMetrics } from '../metrics.js'
import { createBallotBox, type BallotBox } from './ballot-box.js'
import { createBoxes } from './boxes.js'
import { startFlusher } from './flusher.js'

const structure = compileStructure(crumbleton.definition)
const entries = chainedEntries(crumbleton.ballots)
const election: Election = { key: 1, slug: 'crumbleton', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure }
const claimOf = (box: number) => ({ election: 1, box, generation: 1, nextSeq: 0, chain: '', epoch: 1, newestAt: Number.NEGATIVE_INFINITY, views: [], rolled: NOTHING_ROLLED })

/** Two boxes in memory; `flushMs` is what a transaction takes. */
function kitchen({ flushMs = 0, answer = async (_flushes: readonly BoxFlush[]): Promise<void> => undefined } = {}) {
  const clock = createHeldClock()
  const transactions: BoxFlush[][] = []
  const announced: number[] = []
  const boxes = createBoxes({ store: { claim: async ({ box }) => claimOf(box), load: async () => [] }, elections: { get: async () => election, reload: async () => election } })
  const [oven, hob] = [createBallotBox(structure, claimOf(0), []), createBallotBox(structure, claimOf(1), [])]
  boxes.put(oven)
  boxes.put(hob)
  const flusher = startFlusher({
    store: {
      async flush(flushes) {
        transactions.push([...flushes])
        await clock.delay(flushMs)
        await answer(flushes)
        return { refused: [] }
      },
    },
    boxes, clock, logger: pino({ level: 'silent' }), metrics: createMetrics().tabulator, onRefused: () => undefined,
    announcer: { announce: (flushes) => announced.push(...flushes.map(({ box }) => box)), [Symbol.asyncDispose]: async () => undefined },
  })
  const count = (box: BallotBox, to: number, behind = 0): void => {
    box.take(entries.slice(0, to))
    flusher.request(behind)
  }
  return { clock, oven, hob, boxes, announced, count, written: () => transactions.map((flushes) => flushes.map(({ box, toSeq }) => `box ${box} to ${toSeq}`)) }
}

describe('flushing', () => {
  test('writes what one fetch brought for several boxes in one transaction, soon', async () => {
    const { clock, oven, hob, count, announced, written } = kitchen()
    await clock.advance(1)
    count(oven, 3)
    await clock.advance(1)
    count(hob, 6)
    await clock.advance(5)
    expect(written()).toEqual([['box 0 to 3', 'box 1 to 6']])
    expect(announced).toEqual([0, 1])
  })

  test('rests as long as a transaction took, and then writes all that came meanwhile', async () => {
    const { clock, oven, count, written } = kitchen({ flushMs: 100 })
    count(oven, 3)
    await clock.advance(50)
    count(oven, 6)
    await clock.advance(100)
    count(oven, 9)
    expect(written()).toEqual([['box 0 to 3']])
    await clock.advance(100)
    expect(written()).toEqual([['box 0 to 3'], ['box 0 to 9']])
  })

  test('gathers more while a backlog waits, and no longer than until its end', async () => {
    const { clock, oven, count, written } = kitchen()
    count(oven, 3, 100_000)
    await clock.advance(100)
    count(oven, 6, 90_000)
    await clock.advance(100)
    expect(written()).toEqual([])
    await clock.advance(60)
    expect(written()).toEqual([['box 0 to 6']])
    count(oven, 9, 50_000)
    await clock.advance(10)
    count(oven, 12)
    await clock.advance(5)
    expect(written().at(-1)).toEqual(['box 0 to 12'])
  })

  test('writes nothing while nothing changes', async () => {
    const { clock, oven, count, written } = kitchen()
    count(oven, 3)
    await clock.advance(60_000)
    expect(written()).toHaveLength(1)
  })

  test('lets go of a box whose transaction has no known outcome: it is claimed anew', async () => {
    const { clock, oven, hob, boxes, count, announced } = kitchen({ answer: () => Promise.reject(new Error('the connection is gone')) })
    count(oven, 3)
    await clock.advance(10)
    expect([boxes.peek(oven.claim), boxes.peek(hob.claim)]).toEqual([undefined, hob])
    expect(announced).toEqual([])
  })

  test('of two boxes of which one cannot be written writes the other, and from then on does not try them together', async () => {
    let isBroken = true
    const { clock, oven, hob, boxes, count, announced, written } = kitchen({ answer: (flushes) => isBroken && flushes.some(({ box }) => box === 0) ? Promise.reject(new Error('a broken page')) : Promise.resolve() })
    count(oven, 3)
    count(hob, 3)
    await clock.advance(10)
    expect(written()).toEqual([['box 0 to 3', 'box 1 to 3'], ['box 0 to 3'], ['box 1 to 3']])
    expect(announced).toEqual([1])
    expect([boxes.peek(oven.claim), boxes.peek(hob.claim)]).toEqual([undefined, hob])
    const again = createBallotBox(structure, claimOf(0), [])
    boxes.put(again)
    count(again, 3)
    count(hob, 6)
    await clock.advance(1_000)
    expect(written().slice(3)).toEqual([['box 1 to 6'], ['box 0 to 3']])
    isBroken = false
    const mended = createBallotBox(structure, claimOf(0), [])
    boxes.put(mended)
    count(mended, 3)
    await clock.advance(1_000)
    count(mended, 6)
    count(hob, 9)
    await clock.advance(1_000)
    expect(written().slice(5)).toEqual([['box 0 to 3'], ['box 1 to 9', 'box 0 to 6']])
  })
})
