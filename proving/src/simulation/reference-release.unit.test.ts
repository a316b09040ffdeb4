import { checkDefinition, type BoxEntry, type ElectionDefinition, type ElectionDefinitionInput, type VoteChannel } from '@livetally/core/election'
import { expect, test } from 'vitest'
import { drawFrom } from './random.js'
import { countByHand, type CountedBox } from './reference-count.js'
import { releaseByHand } from './reference-release.js'

/** Green and Lane lie in the north, Quay in the south; Quay alone votes on biscuits, too. Groups are of five ballots. */
function electionOf(changes: Partial<ElectionDefinitionInput> = {}): ElectionDefinition {
  const checked = checkDefinition({
    slug: 'hush', name: 'Not so loud', opensAt: '2031-05-04T08:00:00Z', closesAt: '2031-05-04T20:00:00Z', boxes: 1, ballotSecrecy: 'SECRET', releaseSize: 5,
    attributes: [], breakdowns: [],
    reportingUnits: [
      { id: 'town', name: 'Town', kind: 'CITY' },
      { id: 'north', name: 'North', kind: 'WARD', parent: 'town' }, { id: 'south', name: 'South', kind: 'WARD', parent: 'town' },
      { id: 'green', name: 'Green', kind: 'PRECINCT', parent: 'north' }, { id: 'lane', name: 'Lane', kind: 'PRECINCT', parent: 'north' },
      { id: 'quay', name: 'Quay', kind: 'PRECINCT', parent: 'south' },
    ],
    contests: [
      { id: 'drink', title: 'Drink', reportingUnit: 'town', options: [{ id: 'tea', name: 'Tea' }, { id: 'coffee', name: 'Coffee' }] },
      { id: 'biscuit', title: 'Biscuit', reportingUnit: 'south', options: [{ id: 'oat', name: 'Oat' }] },
    ],
    ...changes,
  })
  if (!checked.ok) throw new Error(checked.problems.map(({ path, message }) => `${path} ${message}`).join('; '))
  return checked.definition
}

interface Cast { unit: string, marks: readonly string[], channel: VoteChannel, castAt: number, isSeal: boolean, endsTransaction: boolean }

const SECOND = 1_000
const commitment = '0'.repeat(64)

/** A box of these ballots, one a second and each in a transaction of its own unless it is said. */
function boxOf(...casts: Partial<Cast>[]): BoxEntry[] {
  return casts.map(({ unit = 'green', marks = ['tea'], channel = 'ONLINE', castAt, isSeal = false, endsTransaction = true }, seq): BoxEntry => {
    const head = { seq, castAt: castAt ?? seq * SECOND, commitment, ...endsTransaction ? { chain: commitment } : {} }
    return isSeal ? { ...head, kind: 'SEAL' } : { ...head, kind: 'BALLOT', unit, channel, attributes: {}, selections: { drink: marks } }
  })
}

const votes = (marks: string, more: Partial<Cast> = {}): Partial<Cast>[] => [...marks].map((mark) => ({ marks: mark === 'T' ? ['tea'] : mark === 'C' ? ['coffee'] : mark === 'B' ? ['tea', 'coffee'] : [], ...more }))
const seal = (more: Partial<Cast> = {}): Partial<Cast> => ({ isSeal: true, ...more })
const counted = (...boxes: BoxEntry[][]): CountedBox[] => [...boxes, []].map((entries) => ({ entries, minutesBefore: Number.NEGATIVE_INFINITY, hoursBefore: Number.NEGATIVE_INFINITY }))
const frontiersOf = (definition: ElectionDefinition, entries: readonly BoxEntry[]): Record<string, unknown> => Object.fromEntries(releaseByHand(definition, entries).frontiers)
const shownAt = (definition: ElectionDefinition, entries: readonly BoxEntry[]): string[] => releaseByHand(definition, entries).shown.map(({ ballot, where }) => `${ballot.seq} at ${where.name}/${where.channel ?? ''}`)

test('a group of five is shown when the next five are complete, and not before', () => {
  const election = electionOf()
  const box = boxOf(...votes('TCTTT'), ...votes('CCTCC'), ...votes('TC'))
  expect(frontiersOf(election, box.slice(0, 9))).toEqual({ 'green/': { seq: 0, ballots: 0 } })
  expect(frontiersOf(election, box.slice(0, 10))).toEqual({ 'green/': { seq: 5, ballots: 5 } })
  expect(frontiersOf(election, box)).toEqual({ 'green/': { seq: 5, ballots: 5 } })
  const now = countByHand(election, counted(box))
  expect(now['contest drink green']).toEqual([5, 0, 0, 4, 1])
  expect(now['contest drink town']).toEqual([5, 0, 0, 4, 1])
  expect(now['contest drink green ONLINE']).toEqual([0, 0, 0, 0, 0])
  expect(now['turnout green']).toEqual([12])
  expect(now['released north']).toEqual([5])
  expect(now['frontier 0/green/']).toEqual([5, 5])
})

test('five who all agree wait for five more, so that the first who does not is not told alone; fifteen who all agree are a group in any case', () => {
  const election = electionOf()
  const mixed = boxOf(...votes('TTTTTCTCTT'), ...votes('TCTTT'))
  expect(frontiersOf(election, mixed.slice(0, 14))).toEqual({ 'green/': { seq: 0, ballots: 0 } })
  expect(frontiersOf(election, mixed)).toEqual({ 'green/': { seq: 10, ballots: 10 } })
  const alike = boxOf(...votes('T'.repeat(15)), ...votes('TTTTC'))
  expect(frontiersOf(election, alike.slice(0, 19))).toEqual({ 'green/': { seq: 0, ballots: 0 } })
  expect(frontiersOf(election, alike)).toEqual({ 'green/': { seq: 15, ballots: 15 } })
})

test('a blank ballot differs from a marked one, and an overvote from both', () => {
  const election = electionOf()
  const isComplete = (marks: string): boolean => frontiersOf(election, boxOf(...votes(marks), ...votes('TTTTC')))['green/'] !== undefined
    && releaseByHand(election, boxOf(...votes(marks), ...votes('TTTTC'))).shown.length === marks.length
  expect(isComplete('TTTT-')).toBe(true)
  expect(isComplete('TTTTB')).toBe(true)
  expect(isComplete('-----')).toBe(false)
  expect(isComplete('BBBBB')).toBe(false)
})

test('a contest with one option only does not hold a group back', () => {
  const box = boxOf(...votes('TTTTC', { unit: 'quay' }), ...votes('TTTTC', { unit: 'quay' }))
  expect(frontiersOf(electionOf(), box)).toEqual({ 'quay/': { seq: 5, ballots: 5 } })
})

test('places fill groups of their own, in the order of the box', () => {
  const pairs = [...'TCTTTTTTTC'].flatMap((mark) => [...votes(mark), ...votes(mark, { unit: 'lane' })])
  const box = boxOf(...pairs)
  expect(frontiersOf(electionOf(), box.slice(0, 19))).toEqual({ 'green/': { seq: 9, ballots: 5 }, 'lane/': { seq: 0, ballots: 0 } })
  expect(frontiersOf(electionOf(), box)).toEqual({ 'green/': { seq: 9, ballots: 5 }, 'lane/': { seq: 10, ballots: 5 } })
})

test('the seal shows all that was held, at the time of the seal', () => {
  const election = electionOf()
  const box = boxOf(...votes('TCTTT'), ...votes('CCTCC'), ...votes('TC'), seal({ castAt: 40_000 }))
  expect(frontiersOf(election, box)).toEqual({ 'green/': { seq: 13, ballots: 12 } })
  const now = countByHand(election, counted(box))
  expect(now['contest drink town']).toEqual([12, 0, 0, 6, 6])
  // The first five were released with the tenth ballot, 9 s after the first one; the others with the seal.
  expect(now['pane drink  0/10000']).toEqual([5, 0, 0, 4, 1])
  expect(now['pane drink  40000/10000']).toEqual([7, 0, 0, 2, 5])
  // Turnout keeps the time of each ballot.
  expect(now['pane   0/10000']).toEqual([10])
  expect(now['pane   10000/10000']).toEqual([2])
})

test('a place that never filled a group is shown with its neighbour of the same units; one without a neighbour, alone', () => {
  const box = boxOf(...votes('TC', { unit: 'lane' }), ...votes('TCTTT'), ...votes('T', { unit: 'quay' }), seal())
  expect(shownAt(electionOf(), box)).toEqual(['0 at green/', '1 at green/', '2 at green/', '3 at green/', '4 at green/', '5 at green/', '6 at green/', '7 at quay/'])
  expect(frontiersOf(electionOf(), box)).toEqual({ 'lane/': { seq: 9, ballots: 0 }, 'green/': { seq: 9, ballots: 7 }, 'quay/': { seq: 9, ballots: 1 } })
  const now = countByHand(electionOf(), counted(box))
  expect(now['contest drink lane']).toEqual([0, 0, 0, 0, 0])
  expect(now['contest drink green']).toEqual([7, 0, 0, 5, 2])
  expect(now['contest drink north']).toEqual([7, 0, 0, 5, 2])
  expect(now['contest drink quay']).toEqual([1, 0, 0, 1, 0])
  expect(now['turnout lane']).toEqual([2])
  expect(now['released north']).toEqual([7])
})

test('told by channel, few ballots join those of another channel of their place before any neighbour', () => {
  const election = electionOf({ choicesByChannel: true })
  const box = boxOf(...votes('TC', { channel: 'EARLY' }), ...votes('TTTT', { channel: 'ONLINE' }), ...votes('T', { unit: 'lane', channel: 'EARLY' }), seal())
  // Lane has one ballot and no other channel: it joins Green's early ones, then three; these join Green's four online, and are seven, not all alike.
  expect(shownAt(election, box).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map((seq) => `${seq} at green/ONLINE`))
  expect(frontiersOf(election, box)).toEqual({ 'green/EARLY': { seq: 8, ballots: 0 }, 'green/ONLINE': { seq: 8, ballots: 7 }, 'lane/EARLY': { seq: 8, ballots: 0 } })
  const now = countByHand(election, counted(box))
  expect(now['contest drink green ONLINE']).toEqual([7, 0, 0, 6, 1])
  expect(now['contest drink green EARLY']).toEqual([0, 0, 0, 0, 0])
  expect(now['turnout green EARLY']).toEqual([2])
})

test('what joins makes a group complete, which then joins nothing itself', () => {
  const box = boxOf(...votes('C'), ...votes('TTTT', { unit: 'lane' }), seal())
  expect(shownAt(electionOf(), box).toSorted()).toEqual([0, 1, 2, 3, 4].map((seq) => `${seq} at lane/`))
})

test('where wards release choices, ballots of their places fill groups together', () => {
  const election = electionOf({ releaseUnits: 'WARD', boxes: 2 })
  const north = boxOf(...votes('TC'), ...votes('TTT', { unit: 'lane' }), ...votes('TTC', { unit: 'lane' }), ...votes('TT'), seal())
  const south = boxOf(...votes('TC', { unit: 'quay' }), seal())
  const before = countByHand(election, counted(north.slice(0, 10), []))
  expect(before['frontier 0/north~0/']).toEqual([5, 5])
  expect(before['contest drink north']).toEqual([5, 0, 0, 4, 1])
  expect(before['contest drink town']).toEqual([5, 0, 0, 4, 1])
  const between = countByHand(election, counted(north, south.slice(0, 2)))
  expect(between['contest drink north']).toEqual([10, 0, 0, 8, 2])
  expect(between['contest drink south']).toEqual([0, 0, 0, 0, 0])
  const after = countByHand(election, counted(north, south))
  expect(after['contest drink south']).toEqual([2, 0, 0, 1, 1])
  expect(after['contest drink town']).toEqual([12, 0, 0, 9, 3])
  expect(after['frontier 1/south~0/']).toEqual([3, 2])
})

test('a ballot is late by what was known before its transaction, not by what came with it', () => {
  const election = electionOf({ ballotSecrecy: 'OPEN', time: { source: 'IMPORTED', disorderMs: 5_000, graceMs: 5_000 } })
  const late = (...ends: boolean[]): unknown => countByHand(election, counted(boxOf({ castAt: 60_000, endsTransaction: ends[0] ?? true }, { castAt: 0, endsTransaction: ends[1] ?? true })))['late  ']
  expect(late(true, true)).toEqual([1])
  expect(late(false, true)).toBeUndefined()
})

test('secret choices of a late ballot are in the pane of their release', () => {
  const election = electionOf({ time: { source: 'IMPORTED', disorderMs: 5_000, graceMs: 5_000 } })
  const box = boxOf({ castAt: 60_000 }, { castAt: 0, marks: ['coffee'] }, seal({ castAt: 61_000 }))
  const now = countByHand(election, counted(box))
  expect(now['late  ']).toEqual([1])
  expect(now['pane drink  60000/10000']).toEqual([2, 0, 0, 1, 1])
})

test('a ballot that names an unknown place or option is counted nowhere, and fills no group', () => {
  const box = boxOf(...votes('TCTT'), { unit: 'moon' }, { marks: ['gin'] }, ...votes('T'), ...votes('TTTC'))
  const now = countByHand(electionOf(), counted(box))
  expect(now['turnout ']).toEqual([9])
  expect(now['frontier 0/green/']).toBeUndefined()
})

test('in any box: frontiers never go back, groups are of five or more, and in the end every choice is shown once', () => {
  for (let round = 0; round < 30; round += 1) {
    const random = drawFrom(`box ${round}`)
    const election = electionOf({ ...random.chance(0.5) ? { releaseUnits: 'WARD' } : {}, choicesByChannel: random.chance(0.5) })
    const casts = Array.from({ length: random.whole(0, 90) }, (): Partial<Cast> => ({ unit: random.pick(['green', 'lane', 'quay']), channel: random.pick(['ONLINE', 'EARLY']), ...votes(random.pick(['T', 'T', 'C', '-', 'B']))[0] }))
    const box = boxOf(...casts, seal())
    const seen = new Map<string, { seq: number, ballots: number }>()
    for (let length = 0; length < box.length; length += 1) for (const [row, frontier] of releaseByHand(election, box.slice(0, length)).frontiers) {
      const before = seen.get(row) ?? { seq: 0, ballots: 0 }
      expect(frontier.seq).toBeGreaterThanOrEqual(before.seq)
      const more = frontier.ballots - before.ballots
      expect(more === 0 || more >= 5, `${more} ballots more`).toBe(true)
      seen.set(row, frontier)
    }
    const end = countByHand(election, counted(box))
    const plain = countByHand({ ...election, ballotSecrecy: 'OPEN' }, counted(box))
    for (const unit of ['', 'town', 'north', 'south']) expect(end[`contest drink ${unit}`]).toEqual(plain[`contest drink ${unit}`])
    expect(releaseByHand(election, box).shown.length).toBe(casts.length)
  }
})
