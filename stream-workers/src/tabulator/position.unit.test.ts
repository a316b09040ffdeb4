import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { crumbleton } from '../../../core/src/election/fixtures/index.js'
import { chainedEntries } from '../entries-under-test.js'
import { chainOf, createPosition, type Position } from './position.js'

/** 17 entries in transactions of three: digests at 2, 5, 8, 11, 14 and 16. */
const entries = chainedEntries(crumbleton.ballots)
const atTheStart = (): Position => createPosition({ nextSeq: 0, chain: '' })
const offer = (position: Position, ...seqs: number[]): string[] => seqs.map((seq) => {
  const entry = entries[seq]
  return entry === undefined ? 'no such entry' : position.offer(entry).kind
})

describe('the place of a box', () => {
  test('moves by whole transactions: their entries wait for the last of them', () => {
    const position = atTheStart()
    expect(offer(position, 0, 1)).toEqual(['PENDING', 'PENDING'])
    expect([position.nextSeq, position.chain]).toEqual([0, ''])
    const last = entries[2]
    expect(last && position.offer(last)).toEqual({ kind: 'LINK', entries: entries.slice(0, 3) })
    expect([position.nextSeq, position.chain]).toEqual([3, entries[2]?.chain])
  })

  test('skips what it has counted, and what waits already', () => {
    const position = atTheStart()
    expect(offer(position, 0, 1, 0, 1, 2, 0, 1, 2, 3, 3, 2)).toEqual(['PENDING', 'PENDING', 'REPEAT', 'REPEAT', 'LINK', 'REPEAT', 'REPEAT', 'REPEAT', 'PENDING', 'REPEAT', 'REPEAT'])
  })

  test('takes nothing where something before it is missing, and forgets what waited', () => {
    const position = atTheStart()
    expect(offer(position, 0, 1, 2, 3, 5)).toEqual(['PENDING', 'PENDING', 'LINK', 'PENDING', 'GAP'])
    expect(position.nextSeq).toBe(3)
    expect(offer(position, 4)).toEqual(['GAP'])
    expect(offer(position, 3, 4, 5)).toEqual(['PENDING', 'PENDING', 'LINK'])
  })

  test('goes on from where it was stored', () => {
    const position = createPosition({ nextSeq: 6, chain: entries[5]?.chain ?? '' })
    expect(offer(position, 5, 6, 7, 8)).toEqual(['REPEAT', 'PENDING', 'PENDING', 'LINK'])
  })

  test('takes nothing whose digest does not follow: a ballot exchanged, left out, or from another ledger', () => {
    const [first, second, third] = entries
    if (first === undefined || second === undefined || third === undefined) throw new Error('the fixture is too short')
    const exchanged = atTheStart()
    const steps = [first, { ...second, commitment: 'ff'.repeat(32) }, third].map((entry) => exchanged.offer(entry).kind)
    expect([steps.at(-1), exchanged.nextSeq]).toEqual(['BROKEN', 0])
    const leftOut = atTheStart()
    expect([{ ...second, seq: 0 }, { ...third, seq: 1 }].map((entry) => leftOut.offer(entry).kind)).toEqual(['PENDING', 'BROKEN'])
    const other = createPosition({ nextSeq: 3, chain: 'ab'.repeat(32) })
    expect(offer(other, 3, 4, 5)).toEqual(['PENDING', 'PENDING', 'BROKEN'])
    expect([other.nextSeq, other.chain]).toEqual([3, 'ab'.repeat(32)])
  })

  test('asks for the ledger when a digest never comes', () => {
    const position = atTheStart()
    const [first] = entries
    if (first === undefined || first.chain !== undefined) throw new Error('the fixture begins with a whole transaction')
    const kinds = Array.from({ length: 20_001 }, (_, seq) => position.offer({ ...first, seq }).kind)
    expect([kinds.at(-2), kinds.at(-1), position.nextSeq]).toEqual(['PENDING', 'GAP', 0])
  })

  test('can be told to take a ledger as it is, behind a hole too, and then stands where that ledger ends', () => {
    const position = atTheStart()
    offer(position, 0, 1, 2, 3)
    position.force(entries.slice(3, 6))
    expect([position.nextSeq, position.chain]).toEqual([6, entries[5]?.chain])
    position.force(entries.slice(8, 12))
    expect([position.nextSeq, position.chain]).toEqual([12, entries[11]?.chain])
    expect(offer(position, 12, 13, 14)).toEqual(['PENDING', 'PENDING', 'LINK'])
    position.force([])
    expect(position.nextSeq).toBe(15)
  })
})

test('a digest hashes the one before it, and the commitments and times of its transaction, in their order', () => {
  const [one, two] = [entries.slice(0, 2), entries.slice(0, 2).toReversed()]
  expect(chainOf('', entries.slice(0, 3))).toBe(entries[2]?.chain)
  expect(chainOf('', one)).not.toBe(chainOf('', two))
  expect(chainOf('00', one)).not.toBe(chainOf('', one))
  expect(chainOf('', one.map((entry) => ({ ...entry, castAt: entry.castAt + 1 })))).not.toBe(chainOf('', one))
})

test.each([0, 1, -1, 999, 2 ** 32 - 1, 2 ** 32, -(2 ** 32), -(2 ** 32) - 1, 1_763_800_150_123, Date.UTC(1848, 2, 18), Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])(
  'the time %i is hashed as 8 bytes, the highest first, whether it lies before 1970 or after', (castAt) => {
    const [entry] = entries
    if (entry === undefined) throw new Error('the fixture is too short')
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(castAt))
    const expected = createHash('sha256').update('ab'.repeat(32), 'hex').update(entry.commitment, 'hex').update(bytes).digest('hex')
    expect(chainOf('ab'.repeat(32), [{ ...entry, castAt }])).toBe(expected)
  })

test('a ballot whose time was changed on the way is not taken', () => {
  const position = atTheStart()
  const kinds = entries.slice(0, 3).map((entry, at) => position.offer(at === 1 ? { ...entry, castAt: entry.castAt - 1 } : entry).kind)
  expect(kinds).toEqual(['PENDING', 'PENDING', 'BROKEN'])
})
