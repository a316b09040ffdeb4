import { compileStructure, NOTHING_ROLLED, type Election } from '@livetally/core/election'
import type { BoxClaim, BoxHead } from '@livetally/core/store'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { createHeldClock } from '../clock-under-test.js'
import { chainedEntries } from '../entries-under-test.js'
import { viewsOf } from '../views.js'
import { createBallotBox } from './ballot-box.js'
import { createBoxMender } from './box-mender.js'
import { createBoxes } from './boxes.js'

const structure = compileStructure(crumbleton.definition)
const entries = chainedEntries(crumbleton.ballots)
const election: Election = { key: 1, slug: 'crumbleton', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure }
const claim: BoxClaim = { election: 1, box: 0, generation: 1, nextSeq: 0, chain: '', epoch: 1, newestAt: Number.NEGATIVE_INFINITY, views: viewsOf(structure), rolled: NOTHING_ROLLED }

/** A box in memory that counted so many entries, beside a ledger that holds `head` of them. */
function setUp({ counted = 9, head = 9, isMine = true, fill = async (): Promise<void> => undefined } = {}) {
  const done: string[] = []
  const box = createBallotBox(structure, claim, [])
  box.take(entries.slice(0, counted))
  const boxes = createBoxes({ store: { claim: async () => claim, load: async () => [] }, elections: { get: async () => election, reload: async () => election } })
  boxes.put(box)
  const heads: BoxHead[] = [{ election: 1, box: 0, nextSeq: head, sealedSeq: null }, { election: 1, box: 1, nextSeq: 400, sealedSeq: null }]
  const mender = createBoxMender({
    ledger: { heads: async () => heads }, boxes, isMine: () => isMine, inTurn: (work) => work(), pause: async () => undefined, clock: createHeldClock(), logger: pino({ level: 'silent' }),
    filler: { fill: async () => { done.push('filled'); await fill() }, refold: async () => { done.push('counted anew') } },
    flusher: { request: () => { done.push('flushed') } },
  })
  return { mender, boxes, box, done }
}

describe('a box that stands elsewhere than its ledger', () => {
  test('is filled where entries are missing', async () => {
    const { mender, boxes, box, done } = setUp({ counted: 6 })
    await mender.mend(claim)
    expect([done, boxes.peek(claim)]).toEqual([['filled', 'flushed'], box])
  })

  test('is counted anew where the ledger holds less than was counted: it was restored', async () => {
    const { mender, done } = setUp({ counted: 9, head: 6 })
    await mender.mend(claim)
    expect(done).toEqual(['counted anew', 'flushed'])
  })

  test('is claimed anew where all of the ledger is counted, and yet the database says otherwise: its tallies were restored, and what they hold counts', async () => {
    const { mender, boxes, done } = setUp({ counted: 9, head: 9 })
    await mender.mend(claim)
    expect([done, boxes.peek(claim)]).toEqual([['flushed'], undefined])
  })

  test('is counted anew once where its flush was refused for another ledger, also where the numbers fit', async () => {
    const { mender, done } = setUp({ counted: 6 })
    mender.mustRefold(claim)
    expect(mender.isDue(claim)).toBe(true)
    await mender.mend(claim)
    expect([done, mender.isDue(claim)]).toEqual([['counted anew', 'flushed'], false])
    await mender.mend(claim)
    expect(done.slice(2)).toEqual(['filled', 'flushed'])
  })

  test('is let go where it belongs to another process by now', async () => {
    const { mender, boxes, done } = setUp({ counted: 6, isMine: false })
    await mender.mend(claim)
    expect([done, boxes.peek(claim)]).toEqual([[], undefined])
  })

  test('that cannot be mended stays ours, for nobody else may fold it, until it can, or lacks nothing any more', async () => {
    let isBroken = true
    const { mender } = setUp({ counted: 6, fill: () => isBroken ? Promise.reject(new Error('a broken row')) : Promise.resolve() })
    const isOurs = (): boolean[] => [mender.isAt(claim), mender.isDue(claim)]
    await mender.mend(claim)
    expect(isOurs()).toEqual([true, true])
    mender.leaveAllBut([claim])
    expect(isOurs()).toEqual([true, true])
    isBroken = false
    await mender.mend(claim)
    expect(isOurs()).toEqual([false, false])
    mender.leaveToUs([claim])
    expect(isOurs()).toEqual([true, true])
    mender.leaveAllBut([{ election: 1, box: 1 }])
    expect(isOurs()).toEqual([false, false])
  })
})
