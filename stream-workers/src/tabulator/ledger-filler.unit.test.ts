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
  const lines: { event: string, seq: number }[] = []
  const parts = { logger: pino({}, { write: (line: string) => { lines.push(JSON.parse(line) as { event: string, seq: number }) } }), metrics: metrics.tabulator }
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
  return { box, boxes, filler, alarms: () => lines.filter(({ event }) => event === 'ALARM').map(({ seq }) => seq), replaced, beside, metrics, fill: () => filler.fill(box, pause), refold: () => filler.refold(box, pause), pauses: () => pauses }
}

describe('filling a box from the ledger', () => {
  test('counts what never arrived, from the place of the box to the end of the ledger', async () => {
    const { box, fill } = boxOver(entries)
    box.take(entries.slice(0, 7))
    await fill()
    expect(byKey(box.tally.rows())).toEqual(countOf(entries))
    expect([box.position.nextSeq, box.position.chain]).toEqual([17, entries.at(-1)?.chain])
  })

  test('counts as they are, with an alarm, entries at the end that no digest follows: the ledger never shows half of a transaction', async () => {
    const { box, fill, alarms } = boxOver(entries.slice(0, 13))
    await fill()
    expect([box.position.nextSeq, box.position.chain]).toEqual([13, entries[11]?.chain])
    expect(byKey(box.tally.rows())).toEqual(countOf(entries.slice(0, 13)))
    expect(alarms()).toEqual([12])
    await fill()
    expect(alarms(), 'told once').toEqual([12])
  })

  test.each([[2], [11], [16]])('goes on behind entry %i whose digest was taken away, and does not begin anew', async (seq) => {
    const ledger = entries.map(({ chain, ...entry }) => chain === undefined || entry.seq === seq ? entry : { ...entry, chain })
    const growing = ledger.slice(0, seq + 1)
    const { box, fill, replaced, alarms } = boxOver(growing)
    await fill()
    expect(box.position.nextSeq).toBe(seq + 1)
    growing.push(...ledger.slice(seq + 1))
    await fill()
    expect(box.position.nextSeq).toBe(17)
    expect(byKey(box.tally.rows())).toEqual(countOf(entries))
    expect(replaced).toEqual([])
    expect(alarms().length).toBeLessThanOrEqual(2)
  })

  test.each([[5_001], [12_000], [20_000]])('counts a transaction of %i entries, which is more than a slice, as the one that it is', async (size) => {
    const many = chainedEntries(Array.from({ length: size + 34 }, (_, at) => crumbleton.ballots[at % 17]).filter((ballot) => ballot !== undefined), size)
    const { box, fill, alarms } = boxOver(many)
    await fill()
    expect([box.position.nextSeq, box.position.chain]).toEqual([size + 34, many.at(-1)?.chain])
    expect(alarms()).toEqual([])
  })

  test('comes to an end where no digest follows on more entries than a transaction may have', async () => {
    const many = chainedEntries(Array.from({ length: 45_000 }, (_, at) => crumbleton.ballots[at % 17]).filter((ballot) => ballot !== undefined), 45_000)
    const { box, fill, alarms } = boxOver(many)
    await fill()
    expect(box.position.nextSeq).toBe(45_000)
    expect(byKey(box.tally.rows())).toEqual(countOf(many))
    expect(alarms()).toEqual([0, 20_000, 40_000])
  })

  test('stops as soon as its flush was refused: what it would count on is not its own any more', async () => {
    const many = chainedEntries(Array.from({ length: 1_000 }, () => crumbleton.ballots).flat(), 400)
    const { box, boxes, filler } = boxOver(many)
    let pauses = 0
    await filler.fill(box, async () => {
      pauses += 1
      boxes.drop(box)
    })
    expect(pauses).toBe(1)
    expect(box.position.nextSeq).toBeLessThanOrEqual(5_000)
  })

  test('lets other boxes have their turn between slices', async () => {
    const many = chainedEntries(Array.from({ length: 1_000 }, () => crumbleton.ballots).flat(), 400)
    const { box, filler } = boxOver(many)
    const turns: string[] = []
    await filler.fill(box, async () => { turns.push('pause') }, async (work) => {
      turns.push('turn')
      return work()
    })
    expect(turns).toEqual(['turn', 'pause', 'turn', 'pause', 'turn', 'pause', 'turn', 'pause', 'turn'])
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
