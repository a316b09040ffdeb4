import type { BoxEntry, ElectionDefinition, VoteChannel } from '@livetally/core/election'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyElectionWithBallots, definitionOf } from '../../../core/src/election/elections-under-test.js'
import type { Cells } from './cell-counts.js'
import { createHandCount } from './hand-count.js'
import type { ReleasedChunk } from './releases.js'
import { recountElection } from './recount-election-under-test.js'

const NOON = Date.UTC(2031, 4, 4, 12)

/** A town with two mills in the north and one in the south votes for its loaf; only the old mill votes for its miller, whom nobody runs against. */
function town(changes: Partial<ElectionDefinition> = {}): ElectionDefinition {
  return definitionOf({
    slug: 'loaf', name: 'The loaf of the town', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', boxes: 1, releaseSize: 5,
    reportingUnits: [
      { id: 'town', name: 'Town', kind: 'CITY' },
      { id: 'north', name: 'North', kind: 'WARD', parent: 'town' }, { id: 'south', name: 'South', kind: 'WARD', parent: 'town' },
      { id: 'new-mill', name: 'New Mill', kind: 'PRECINCT', parent: 'north' }, { id: 'wind-mill', name: 'Wind Mill', kind: 'PRECINCT', parent: 'north' },
      { id: 'old-mill', name: 'Old Mill', kind: 'PRECINCT', parent: 'south' },
    ],
    contests: [
      { id: 'loaf', title: 'Loaf', reportingUnit: 'town', options: [{ id: 'rye', name: 'Rye' }, { id: 'oat', name: 'Oat' }] },
      { id: 'miller', title: 'Miller', reportingUnit: 'old-mill', options: [{ id: 'ada', name: 'Ada' }] },
    ],
    ...changes,
  })
}

/** `rye`, `oat`, `both` (an overvote) or `none`, cast at a place, a second after the one before it. */
interface Cast { readonly at: string, readonly marks: readonly string[], readonly channel?: VoteChannel }
const cast = (at: string, marks: string, channel?: VoteChannel): Cast => ({ at, marks: marks.split(' '), ...channel === undefined ? {} : { channel } })
const times = (count: number, mark: string): string => Array.from({ length: count }, () => mark).join(' ')

function entries(...casts: readonly Cast[]): BoxEntry[] {
  return casts.flatMap(({ at, marks, channel = 'EARLY' }) => marks.map((mark) => ({ at, mark, channel }))).map(({ at, mark, channel }, seq): BoxEntry => ({
    kind: 'BALLOT', seq, unit: at, channel, attributes: {}, castAt: NOON + seq * 1_000, commitment: '00', chain: '00',
    selections: mark === 'none' ? {} : { loaf: mark === 'both' ? ['rye', 'oat'] : mark === 'both the other way' ? ['oat', 'rye'] : [mark] },
  }))
}
const sealOf = (before: readonly BoxEntry[]): BoxEntry => ({ kind: 'SEAL', seq: before.length, castAt: NOON + 100_000, commitment: '00', chain: '00' })

/** Rows of a view that are not zero, as arrays. */
function rowsOf(cells: ReadonlyMap<string, number>, view: string): Record<string, number[]> {
  const rows: Record<string, number[]> = {}
  for (const [cell, count] of cells) {
    const [of, key = '', place] = cell.split('|')
    if (of !== view || count === 0) continue
    const row = rows[key] ?? []
    for (let at = row.length; at <= Number(place); at += 1) row.push(0)
    row[Number(place)] = count
    rows[key] = row
  }
  return rows
}

function counted(definition: ElectionDefinition, all: readonly BoxEntry[]) {
  const chunks: ReleasedChunk[] = []
  const count = createHandCount(recountElection(definition), { onChunk: (chunk) => chunks.push(chunk) })
  for (const entry of all) expect(count.count(entry)).toBe(true)
  return { rows: (view: string) => rowsOf(count.cells, view), chunks: chunks.map(({ row, ballots }) => `${row} ${ballots.map(({ seq }) => seq).join(' ')}`) }
}

describe('choices of secret ballots, recounted', () => {
  test('are told of nobody while the first group of five fills and is held', () => {
    const { rows, chunks } = counted(town(), entries(cast('new-mill', 'rye oat rye rye none oat')))
    expect(chunks).toEqual([])
    expect(rows('released')).toEqual({})
    expect(rows('place'), 'turnout').toEqual({ 'new-mill/EARLY': [6] })
    // behind entry 5; five ballots: one blank, no overvote, three rye, one oat; then one ballot for oat
    expect(rows('held')).toEqual({ 'new-mill/': [5, 5, 5, 1, 0, 3, 1, 1, 1, 0, 0, 0, 1] })
    expect(rows('frontier')).toEqual({})
    expect(rows('pane')).toEqual({ [`/${NOON}`]: [6], [`north/${NOON}`]: [6] })
  })

  test('of the first group are told when the second one is complete, at the time of the ballot that completed it', () => {
    const all = entries(cast('new-mill', 'rye oat rye rye none oat oat both rye none'), cast('wind-mill', 'rye'))
    const { rows, chunks } = counted(town(), all)
    expect(chunks).toEqual(['new-mill/ 0 1 2 3 4'])
    expect(rows('released')).toEqual({ 'new-mill/': [0, 5, 1, 0, 3, 1] })
    expect(rows('frontier')).toEqual({ '0/new-mill/': [5, 5] })
    // the second group: five ballots, one blank, one overvote, one rye, two oat
    expect(rows('held')).toEqual({ 'new-mill/': [10, 5, 5, 1, 1, 1, 2], 'wind-mill/': [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1] })
    // ten ballots and then one; the choices at 12:00:09
    expect(rows('pane')).toEqual({
      [`/${NOON}`]: [10, 5, 1, 0, 3, 1], [`/${NOON + 10_000}`]: [1], [`north/${NOON}`]: [10, 5, 1, 0, 3, 1], [`north/${NOON + 10_000}`]: [1],
    })
  })

  test('that are all alike wait for five more among which one is not, up to fifteen', () => {
    const alike = counted(town(), entries(cast('new-mill', times(14, 'rye')))).rows('held')
    expect(alike['new-mill/']?.[0] ?? 0, 'nothing is held').toBe(0)
    expect(counted(town(), entries(cast('new-mill', times(15, 'rye')))).rows('held')).toEqual({ 'new-mill/': [15, 15, 15, 0, 0, 15] })
    const mixed = counted(town(), entries(cast('new-mill', `${times(8, 'rye')} none rye`))).rows('held')
    expect(mixed, 'ten, the ninth of them blank').toEqual({ 'new-mill/': [10, 10, 10, 1, 0, 9] })
  })

  test('are alike where all are overvotes, whatever was marked', () => {
    const all = entries({ at: 'new-mill', marks: ['both', 'both the other way', 'both', 'both', 'both', 'both the other way'] })
    expect(counted(town(), all).rows('held')['new-mill/']?.[0] ?? 0).toBe(0)
    expect(counted(town(), entries(cast('new-mill', 'both both both both rye'))).rows('held')['new-mill/']?.[0]).toBe(5)
  })

  test('need not differ in a contest that offers no choice', () => {
    expect(counted(town(), entries(cast('old-mill', 'rye oat rye rye rye'))).rows('held')['old-mill/']?.[0]).toBe(5)
  })

  test('are told together at the seal, at the time of the seal, and every frontier goes behind it', () => {
    const all = entries(cast('new-mill', 'rye oat rye rye none oat oat both rye none rye'), cast('old-mill', 'oat oat rye oat rye'))
    const { rows, chunks } = counted(town(), [...all, sealOf(all)])
    expect(chunks).toEqual(['new-mill/ 0 1 2 3 4', 'new-mill/ 5 6 7 8 9 10', 'old-mill/ 11 12 13 14 15'])
    expect(rows('held')).toEqual({})
    expect(rows('frontier')).toEqual({ '0/new-mill/': [17, 11], '0/old-mill/': [17, 5] })
    // old-mill: its miller has five ballots, all blank
    expect(rows('released')).toEqual({ 'new-mill/': [0, 11, 2, 1, 5, 3], 'old-mill/': [0, 5, 0, 0, 2, 3, 5, 5] })
    // first five at 12:00:09; the seal at 12:01:40 tells eleven others: one blank, one overvote, four rye, five oat
    expect(rows('pane')).toMatchObject({ [`/${NOON}`]: [10, 5, 1, 0, 3, 1], [`/${NOON + 10_000}`]: [6], [`/${NOON + 100_000}`]: [0, 11, 1, 1, 4, 5, 5, 5] })
    expect(rows('pane')[`south/${NOON + 100_000}`]).toEqual([0, 5, 0, 0, 2, 3, 5, 5])
  })

  test('of a place that never filled a group are told with a place of the same ward, the smallest first', () => {
    const all = entries(cast('new-mill', 'rye rye rye'), cast('wind-mill', 'oat oat'), cast('old-mill', 'rye'))
    const { rows, chunks } = counted(town(), [...all, sealOf(all)])
    expect(chunks.toSorted()).toEqual(['new-mill/ 0 1 2 3 4', 'old-mill/ 5'])
    expect(rows('released')).toEqual({ 'new-mill/': [0, 5, 0, 0, 3, 2], 'old-mill/': [0, 1, 0, 0, 1, 0, 1, 1] })
    // wind-mill is shown with the first cell of the definition; the old mill is alone in its ward and with its contests
    expect(rows('frontier')).toEqual({ '0/new-mill/': [7, 5], '0/wind-mill/': [7, 0, 1], '0/old-mill/': [7, 1] })
  })

  test('of a place as small as another join by name, and stay together where even both are few', () => {
    const all = entries(cast('new-mill', 'rye'), cast('wind-mill', 'oat'))
    expect(counted(town(), [...all, sealOf(all)]).rows('frontier')).toEqual({ '0/new-mill/': [3, 0, 2], '0/wind-mill/': [3, 2] })
  })

  test('of a place that never filled a group join one that has, with what that one holds', () => {
    const all = entries(cast('new-mill', `rye oat rye oat rye ${times(6, 'oat')}`), cast('wind-mill', 'rye'))
    const { chunks } = counted(town(), [...all, sealOf(all)])
    expect(chunks).toEqual(['new-mill/ 0 1 2 3 4 5 6 7 8 9 10 11'])
  })

  test('by channel: a channel that never filled a group joins another channel of its place before another place', () => {
    const all = entries(cast('new-mill', 'rye rye', 'ONLINE'), cast('new-mill', 'oat oat oat rye oat', 'EARLY'), cast('wind-mill', 'oat', 'ONLINE'))
    const { rows, chunks } = counted(town({ choicesByChannel: true }), [...all, sealOf(all)])
    // smallest first: the wind mill's online ballot joins that of the new mill's online ballots, these three the early ones of their place
    expect(chunks).toEqual(['new-mill/EARLY 2 3 4 5 6 0 1 7'])
    expect(rows('frontier')).toEqual({ '0/new-mill/ONLINE': [9], '0/new-mill/EARLY': [9, 8], '0/wind-mill/ONLINE': [9, 0, 1] })
    expect(rows('released')).toEqual({ 'new-mill/EARLY': [0, 8, 0, 0, 3, 5] })
    expect(rows('place')).toEqual({ 'new-mill/ONLINE': [2], 'new-mill/EARLY': [5], 'wind-mill/ONLINE': [1] })
  })

  test('by wards: places of one ballot style fill their groups together, and those of another apart', () => {
    const definition = town({ releaseUnits: 'WARD', contests: town().contests.map((contest) => contest.id === 'miller' ? { ...contest, reportingUnit: 'wind-mill' } : contest) })
    const all = entries(cast('new-mill', 'rye oat rye'), cast('wind-mill', 'oat rye'), cast('new-mill', 'oat oat'), cast('old-mill', 'rye'))
    const { rows } = counted(definition, all)
    expect(rows('held')).toEqual({
      'north~0/': [7, 5, 5, 0, 0, 2, 3], 'north~1/': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 1, 1, 2, 2], 'south~0/': [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1],
    })
    expect(rows('leaf')).toEqual({ 'new-mill/': [0, 5, 0, 0, 2, 3], 'wind-mill/': [0, 2, 0, 0, 1, 1, 2, 2], 'old-mill/': [0, 1, 0, 0, 1] })
    expect(counted(town(), all).rows('leaf'), 'where places are the units at which choices are told').toEqual({})
    expect(Object.keys(counted(definition, [...all, sealOf(all)]).rows('released'))).toEqual(['north~0/', 'north~1/', 'south~0/'])
  })

  test('of a county are in no window of a ward that is smaller', () => {
    const { rows } = counted(town({ releaseUnits: 'CITY' }), entries(cast('new-mill', 'rye')))
    expect(rows('pane')).toEqual({ [`/${NOON}`]: [1] })
  })

  test('are corrected at their place, and turnout by its channel', () => {
    const correction: BoxEntry = {
      kind: 'CORRECTION', seq: 0, castAt: NOON, commitment: '00', chain: '00',
      correction: { type: 'CORRECTION', unit: 'new-mill', channel: 'EARLY', reason: 'A bag fell open.', by: 'clerk', changes: [{ count: 'BALLOTS', old: 1, new: 3 }, { count: 'BALLOTS', contest: 'loaf', old: 1, new: 3 }, { count: 'VOTES', contest: 'loaf', option: 'oat', old: 0, new: 2 }] },
    }
    const { rows } = counted(town(), [correction])
    expect(rows('place')).toEqual({ 'new-mill/EARLY': [2], 'new-mill/': [0, 2, 0, 0, 0, 2] })
    expect(rows('correction')).toEqual({ '': [2, 2, 0, 0, 0, 2], north: [2, 2, 0, 0, 0, 2] })
    expect(counted(town({ choicesByChannel: true }), [correction]).rows('place')).toEqual({ 'new-mill/EARLY': [2, 2, 0, 0, 0, 2] })
  })

  test('come, in any election with any ballots, to what a plain count finds, and in groups of five or more unless a cell has no sibling', () => {
    const drawn = fc.record({ drawn: anyElectionWithBallots, choicesByChannel: fc.boolean(), releaseUnits: fc.constantFrom(undefined, 'WARD' as const, 'CITY' as const) })
    fc.assert(fc.property(drawn, ({ drawn: { structure, ballots }, choicesByChannel, releaseUnits }) => {
      const { releaseUnits: _none, ...open } = structure.definition
      const secret = recountElection({ ...open, ballotSecrecy: 'SECRET', releaseSize: 5, choicesByChannel, ...releaseUnits === undefined ? {} : { releaseUnits } })
      const chunks: ReleasedChunk[] = []
      const [plain, count] = [createHandCount(recountElection(open)), createHandCount(secret, { onChunk: (chunk) => chunks.push(chunk) })]
      for (const ballot of ballots) for (const one of [plain, count]) one.count({ ...ballot, chain: '00' })
      count.count(sealOf(ballots))
      const whole = (cells: Cells, view: string): number => Object.values(rowsOf(cells, view)).reduce((sum, row) => sum + row.slice(1).reduce((all, votes) => all + votes, 0), 0)
      expect(whole(count.cells, 'released')).toEqual(whole(plain.cells, 'place'))
      expect(rowsOf(count.cells, 'held')).toEqual({})
      expect(chunks.flatMap(({ ballots: some }) => some.map(({ seq }) => seq)).toSorted((one, other) => one - other)).toEqual(ballots.map(({ seq }) => seq))
      const styleOf = (chunk: ReleasedChunk): string => chunk.cell.style.map(({ id }) => id).join()
      for (const { row, cell, ballots: some } of chunks) {
        if (some.length >= 5) continue
        const siblings = chunks.filter((other) => other.row !== row && styleOf(other) === styleOf({ row, cell, ballots: some }) && other.cell.within.join() === cell.within.join())
        expect(siblings.filter((other) => other.cell === cell || other.row.endsWith(row.slice(row.indexOf('/')))), `${row} stands alone`).toEqual([])
      }
    }), { numRuns: 300 })
  })

  test('of a place in another box are gathered apart', () => {
    const count = createHandCount(recountElection(town()), { box: 3 })
    const all = entries(cast('new-mill', 'rye'))
    for (const entry of [...all, sealOf(all)]) count.count(entry)
    expect(rowsOf(count.cells, 'frontier')).toEqual({ '3/new-mill/': [2, 1] })
  })
})

describe('ballots of imported time, recounted', () => {
  const definition = town({ ballotSecrecy: 'OPEN', time: { source: 'IMPORTED', granularityMs: 1_000, disorderMs: 10_000, graceMs: 0 } })
  /** One ballot of a minute past noon, then two of noon. */
  const drawn = entries(cast('new-mill', 'rye rye rye')).map((entry, at): BoxEntry => ({ ...entry, castAt: at === 0 ? NOON + 60_000 : NOON }))
  const lateOf = (endsOfTransactions: readonly number[]): number => {
    const count = createHandCount(recountElection(definition))
    for (const { chain, ...entry } of drawn) count.count({ ...entry, ...endsOfTransactions.includes(entry.seq) && chain !== undefined ? { chain } : {} })
    return rowsOf(count.cells, 'late')['']?.[0] ?? 0
  }

  test.each([
    ['none is late for another of its own transaction', [2], 0],
    ['those of the next transaction are late', [0, 2], 2],
    ['only that of the next transaction is late', [1, 2], 1],
  ])('%s', (_what, ends, late) => {
    expect(lateOf(ends)).toBe(late)
  })
})
