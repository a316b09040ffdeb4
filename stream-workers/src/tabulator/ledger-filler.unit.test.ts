import { compileStructure, createTally, NOTHING_ROLLED, type BoxEntry, type Election, type TallyRow } from '@livetally/core/election'
import type { BoxClaim, NextGeneration } from '@livetally/core/store'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { chainedEntries } from '../entries-under-test.js'
import { createHeldClock } from '../clock-under-test.js'
import { createMetrics } from '../metrics.js'
import { DEFAULT_RETENTION } from '../retention.js'
import { viewsOf } from '../views.js'
import { createBallotBox } from './ballot-box.js'
import { createBoxes } from './boxes.js'
import { createGenerations } from './generations.js'
import { createLedgerFiller } from './ledger-filler.js'
import { createSliceFolder } from './slice-folder.js'

const structure = compileStructure(crumbleton.definition)
const entries = chainedEntries(crumbleton.ballots)
const election: Election = { key: 1, slug: 'crumbleton', phase: 'OPEN', phaseVersion: 1, definitionVersion: 1, definitionId: 'first', opensAt: new Date(0), closesAt: new Date(1), structure }
const start: BoxClaim = { election: 1, box: 0, generation: 1, nextSeq: 0, chain: '', epoch: 1, newestAt: Number.NEGATIVE_INFINITY, views: viewsOf(structure), rolled: NOTHING_ROLLED }
const byKey = (rows: readonly TallyRow[]) => new Map(rows.map(({ view, key, counts }) => [`${view}:${key}`, counts]))
const countOf = (some: readonly BoxEntry[]) => {
  const tally = createTally(structure)
  for (const entry of some) tally.add(entry)
  return byKey(tally.rows())
}

/** A box in memory over a ledger that holds these entries. */
function boxOver(ledger: readonly BoxEntry[], claim = start, rows: readonly TallyRow[] = []) {
  const replaced: NextGeneration[] = []
  const beside: TallyRow[] = []
  const box = createBallotBox(structure, claim, rows)
  const boxes = createBoxes({ store: { claim: async () => start, load: async () => [] }, elections: { get: async () => election, reload: async () => election } })
  boxes.put(box)
  const metrics = createMetrics()
  const parts = { logger: pino({ level: 'silent' }), metrics: metrics.tabulator }
  const folder = createSliceFolder({ ledger: { read: async (_election, _box, from, limit) => ledger.filter(({ seq }) => seq >= from).slice(0, limit) }, ...parts })
  const generations = createGenerations({
    store: {
      writeBeside: async (_claim, next) => { beside.push(...next.rows); return true },
      replace: async (_claim, next) => { replaced.push(next); return true },
    },
    elections: { get: async () => election, reload: async () => election }, folder, clock: createHeldClock(), retention: DEFAULT_RETENTION.panes,
  })
  const filler = createLedgerFiller({ folder, generations, boxes, clock: createHeldClock(), ...parts })
  let pauses = 0
  const pause = async (): Promise<void> => { pauses += 1 }
  return { box, boxes, replaced, beside, metrics, fill: () => filler.fill(box, pause), refold: () => filler.refold(box, pause), pauses: () => pauses }
}

describe('filling a box from the ledger', () => {
  test('counts what never arrived, from the place of the box to the end of the ledger', async () => {
    const { box, fill } = boxOver(entries)
    box.take(entries.slice(0, 7))
    await fill()
    expect(byKey(box.tally.rows())).toEqual(countOf(entries))
    expect([box.position.nextSeq, box.position.chain]).toEqual([17, entries.at(-1)?.chain])
  })

  test('leaves a transaction alone whose end it has not seen, for the ledger never shows half of one', async () => {
    const { box, fill } = boxOver(entries.slice(0, 13))
    await fill()
    expect(box.position.nextSeq).toBe(12)
    expect(byKey(box.tally.rows())).toEqual(countOf(entries.slice(0, 12)))
  })

  test('goes on in slices with a pause between them', async () => {
    const many = chainedEntries(Array.from({ length: 1_000 }, () => crumbleton.ballots).flat(), 400)
    const { box, fill, pauses } = boxOver(many)
    await fill()
    expect(box.position.nextSeq).toBe(17_000)
    expect(pauses()).toBeGreaterThanOrEqual(4)
  })

  test('counts a ledger as it is whose own digests do not follow', async () => {
    const tampered = entries.map((entry) => entry.seq === 7 ? { ...entry, commitment: 'ee'.repeat(32) } : entry)
    const { box, fill, replaced } = boxOver(tampered)
    await fill()
    expect(box.position.nextSeq).toBe(17)
    expect(byKey(box.tally.rows())).toEqual(countOf(tampered))
    expect(replaced).toEqual([])
  })

  test.each([[0], [4], [8], [9], [15]])('counts a ledger as it is from which entry %i was torn out', async (hole) => {
    const torn = entries.filter(({ seq }) => seq !== hole)
    const { box, fill, replaced } = boxOver(torn)
    await fill()
    expect([box.position.nextSeq, box.position.chain]).toEqual([17, entries.at(-1)?.chain])
    expect(byKey(box.tally.rows())).toEqual(countOf(torn))
    expect(replaced).toEqual([])
  })

  test('counts ballots nowhere that name what the election does not know, and says how many there are', async () => {
    const strange = entries.map((entry) => entry.seq === 1 ? { ...entry, unit: 'atlantis' } : entry)
    const { box, fill, metrics } = boxOver(strange)
    await fill()
    expect(byKey(box.tally.rows())).toEqual(countOf(entries.filter(({ seq }) => seq !== 1)))
    expect((await metrics.tabulator.invalid.get()).values[0]?.value).toBe(1)
  })
})

describe('a box whose ledger is another one than was counted, as after a restored backup', () => {
  const other = chainedEntries(crumbleton.ballots.toReversed(), 2)

  test('is counted anew from its first entry, under the next generation, and dropped from memory', async () => {
    const claim = { ...start, nextSeq: 6, chain: entries[5]?.chain ?? '' }
    const { box, boxes, fill, replaced, beside } = boxOver(other, claim, [{ view: 'place', key: 'mill/ONLINE', counts: [99] }])
    await fill()
    expect(replaced).toHaveLength(1)
    expect(replaced[0]).toMatchObject({ generation: 2, toSeq: 17, chain: other.at(-1)?.chain })
    expect(byKey(beside)).toEqual(countOf(other))
    expect(boxes.peek(box.claim)).toBeUndefined()
  })

  test('is counted to nothing if the restored ledger is empty', async () => {
    const { refold, replaced } = boxOver([], { ...start, nextSeq: 6, chain: entries[5]?.chain ?? '' })
    await refold()
    expect(replaced).toMatchObject([{ generation: 2, toSeq: 0, chain: '' }])
  })
})
