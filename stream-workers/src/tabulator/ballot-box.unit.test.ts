import { compileStructure, NOTHING_ROLLED, createTally, type TallyRow } from '@livetally/core/election'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { chainedEntries } from '../entries-under-test.js'
import { viewsOf } from '../views.js'
import { createBallotBox, type BallotBox } from './ballot-box.js'

const structure = compileStructure(crumbleton.definition)
const entries = chainedEntries(crumbleton.ballots)
const claim = { election: 1, box: 0, generation: 1, nextSeq: 0, chain: '', epoch: 7, newestAt: Number.NEGATIVE_INFINITY, views: viewsOf(structure), rolled: NOTHING_ROLLED }
const byKey = (rows: readonly TallyRow[]) => new Map(rows.map(({ view, key, counts }) => [`${view}:${key}`, counts]))
const whole = (): TallyRow[] => {
  const tally = createTally(structure)
  for (const entry of entries) tally.add(entry)
  return tally.rows()
}

describe('a ballot box', () => {
  test('counts what follows, skips what it has, and says how much of each', () => {
    const box = createBallotBox(structure, claim, [])
    expect(box.take(entries.slice(0, 9))).toEqual({ folded: 9, repeats: 0, invalid: 0, stopped: undefined })
    expect(box.take(entries)).toEqual({ folded: 8, repeats: 9, invalid: 0, stopped: undefined })
    expect(byKey(box.tally.rows())).toEqual(byKey(whole()))
  })

  test('stops where something is missing: nothing behind it is counted', () => {
    const box = createBallotBox(structure, claim, [])
    expect(box.take([...entries.slice(0, 4), ...entries.slice(6)])).toMatchObject({ folded: 3, stopped: 'GAP' })
    expect(box.position.nextSeq).toBe(3)
    expect(box.take(entries)).toMatchObject({ folded: 14, stopped: undefined })
    expect(byKey(box.tally.rows())).toEqual(byKey(whole()))
  })

  test('stops where the digest does not follow, and can be told to count on all the same', () => {
    const tampered = entries.map((entry) => entry.seq === 4 ? { ...entry, commitment: 'ee'.repeat(32) } : entry)
    const box = createBallotBox(structure, claim, [])
    expect(box.take(tampered)).toMatchObject({ folded: 3, stopped: 'BROKEN' })
    expect(box.force(tampered.slice(3))).toEqual({ folded: 14, repeats: 0, invalid: 0, stopped: undefined })
    expect(byKey(box.tally.rows())).toEqual(byKey(whole()))
  })

  test('counts a ballot nowhere that names what the election does not know, and the others all the same', () => {
    const strange = entries.map((entry) => entry.seq === 1 ? { ...entry, selections: { mayor: ['nobody'] } } : entry.seq === 2 ? { ...entry, unit: 'atlantis' } : entry)
    const box = createBallotBox(structure, claim, [])
    expect(box.take(strange)).toEqual({ folded: 17, repeats: 0, invalid: 2, stopped: undefined })
    expect(box.tally.rows().filter(({ view }) => view === 'place').reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0)).toBe(15)
    expect(box.position.nextSeq).toBe(17)
  })

  test('flushes what changed since the last time, absolute, from position to position; nothing if nothing did', () => {
    const box = createBallotBox(structure, claim, [])
    expect(box.takeFlush()).toBeUndefined()
    box.take(entries.slice(0, 4))
    const first = box.takeFlush()
    expect(first).toMatchObject({ election: 1, box: 0, generation: 1, epoch: 7, fromSeq: 0, toSeq: 3, fromChain: '', chain: entries[2]?.chain, newestAt: crumbleton.at('08:00:09') })
    expect(box.takeFlush()).toBeUndefined()
    box.take(entries)
    const second = box.takeFlush()
    expect(second).toMatchObject({ fromSeq: 3, toSeq: 17, fromChain: entries[2]?.chain, newestAt: crumbleton.at('08:01:10') })
    expect(byKey([...first?.rows ?? [], ...second?.rows ?? []])).toEqual(byKey(whole()))
    expect(byKey(second?.rows ?? []).has('pane://' + crumbleton.at('08:00:00'))).toBe(false)
  })

  test.each(entries.map(({ seq }) => seq))('that was stored after entry %i and goes on in another process ends with the same counts', (seq) => {
    const stored = new Map<string, TallyRow>()
    let state = claim
    const store = (box: BallotBox): void => {
      const flush = box.takeFlush()
      if (flush === undefined) return
      for (const row of flush.rows) stored.set(`${row.view}:${row.key}`, row)
      state = { ...claim, nextSeq: flush.toSeq, chain: flush.chain, newestAt: flush.newestAt }
    }
    const first = createBallotBox(structure, state, [])
    first.take(entries.slice(0, seq + 1))
    store(first)
    const second = createBallotBox(structure, state, [...stored.values()])
    second.take(entries.slice(state.nextSeq))
    store(second)
    expect(byKey([...stored.values()])).toEqual(byKey(whole()))
    expect(state.nextSeq).toBe(17)
  })
})
