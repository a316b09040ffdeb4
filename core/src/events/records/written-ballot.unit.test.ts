import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VOTE_CHANNELS } from '../../election/index.js'
import { encodeBallotAccepted, parseAnyBallot, parseBallotAccepted, type BallotAccepted } from './ballot-accepted.js'
import { createPieceReaders, readWrittenBallot } from './written-ballot.js'
import { createPieceReader } from './written-pieces.js'

const pieces = createPieceReaders({
  isId: (document): document is string => typeof document === 'string',
  isAttributes: (document): document is Record<string, string> => typeof document === 'object',
  isSelections: (document): document is Record<string, string[]> => typeof document === 'object',
})

const ryeBread: BallotAccepted = {
  v: 1, election: 12, box: 3, seq: 7, castAt: 1_793_000_000_000, commitment: 'ab'.repeat(32), chain: 'cd'.repeat(32), kind: 'BALLOT',
  unit: 'mill', channel: 'ONLINE', attributes: { age: 'young' }, selections: { baker: ['rye'], council: [] },
}

const id = fc.oneof(fc.string({ minLength: 1, maxLength: 64 }), fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), fc.stringMatching(/^[a-z0-9-]{1,20}$/), fc.constantFrom('ü', '"', '\\', '}', '{"', '__proto__', '\n', '\u2028'))
const hex64 = fc.stringMatching(/^[0-9a-f]{64}$/)
const ballots: fc.Arbitrary<BallotAccepted> = fc.record({
  v: fc.constant(1 as const), election: fc.integer({ min: 1, max: 2_147_483_647 }), box: fc.integer({ min: 0, max: 65_535 }), seq: fc.nat(), castAt: fc.integer({ min: -5, max: 2_000_000_000_000 }),
  commitment: hex64, chain: hex64, kind: fc.constant('BALLOT' as const), unit: id, channel: fc.constantFrom(...VOTE_CHANNELS),
  attributes: fc.dictionary(id, id, { maxKeys: 4 }), selections: fc.dictionary(id, fc.array(id, { maxLength: 3 }), { maxKeys: 4 }),
}, { requiredKeys: ['v', 'election', 'box', 'seq', 'castAt', 'commitment', 'kind', 'unit', 'channel', 'attributes', 'selections'] })

describe('a ballot as the relay writes it', () => {
  test('is read the quick way', () => {
    expect(readWrittenBallot(encodeBallotAccepted(ryeBread), pieces)).toEqual(ryeBread)
    expect(readWrittenBallot(Buffer.from(encodeBallotAccepted(ryeBread)), pieces)).toEqual(ryeBread)
  })

  test('means the same by the quick way and by the long one, whatever its ids are', () => {
    fc.assert(fc.property(ballots, (ballot) => {
      const bytes = Buffer.from(encodeBallotAccepted(ballot))
      expect(parseBallotAccepted(bytes)).toEqual(parseAnyBallot(bytes))
      expect(parseBallotAccepted(bytes.toString())).toEqual(parseAnyBallot(bytes))
    }), { numRuns: 500 })
  })

  test('means the same by both ways when a byte was changed, added or lost, or when it ends too early', () => {
    fc.assert(fc.property(ballots, fc.nat(), fc.constantFrom(...'{}[]",:\\0-.e9 fg\u0000\u00e9'), fc.constantFrom('change', 'add', 'lose', 'end'), (ballot, place, char, damage) => {
      const text = encodeBallotAccepted(ballot)
      const at = place % text.length
      const [kept, rest] = [damage === 'add' ? at : at + 1, damage === 'end' ? '' : damage === 'lose' ? text.slice(at + 1) : undefined]
      const damaged = text.slice(0, at) + (damage === 'lose' || damage === 'end' ? '' : char) + (rest ?? text.slice(kept))
      for (const value of [damaged, Buffer.from(damaged), Buffer.from(damaged, 'latin1')]) expect(parseBallotAccepted(value)).toEqual(parseAnyBallot(value))
    }), { numRuns: 2_000 })
  })

  test.each([
    ['fields in another order', JSON.stringify({ ...JSON.parse(encodeBallotAccepted({ ...ryeBread, seq: 1 })), v: 1 }).replace('"v":1,', '').replace(/}$/, ',"v":1}')],
    ['a space', encodeBallotAccepted(ryeBread).replace(',', ', ')],
    ['a number with a leading zero', encodeBallotAccepted(ryeBread).replace('"seq":7', '"seq":07')],
    ['a number too long to be whole', encodeBallotAccepted(ryeBread).replace('"seq":7', `"seq":${'9'.repeat(17)}`)],
    ['a line break inside an id', encodeBallotAccepted(ryeBread).replace('mill', 'mi\nll')],
    ['a letter outside ASCII', encodeBallotAccepted(ryeBread).replace('mill', 'm\u00fchle')],
    ['half a surrogate pair in an id', encodeBallotAccepted(ryeBread).replace('mill', 'm\ud800ll')],
    ['something behind it', `${encodeBallotAccepted(ryeBread)} `],
    ['an attribute that is an object', encodeBallotAccepted(ryeBread).replace('"young"', '{"a":"b"}')],
  ])('with %s is left to the long way', (_what, text) => {
    expect(readWrittenBallot(Buffer.from(text), pieces)).toBeUndefined()
    expect(parseBallotAccepted(text)).toEqual(parseAnyBallot(text))
  })
})

describe('pieces of ballots', () => {
  const BRACE = 125
  const prepare = () => {
    const asked: string[] = []
    const reader = createPieceReader(BRACE, (text): object | undefined => {
      asked.push(text)
      return text.startsWith('{') ? JSON.parse(text) : undefined
    })
    return { asked, take: (text: string, at = 0) => reader.take({ bytes: Buffer.from(text), at }) }
  }

  test('are read once and remembered, wherever in a record they stand', () => {
    const { asked, take } = prepare()
    const old = take('{"age":"old"}')
    expect(old).toEqual({ age: 'old' })
    expect(take('a baker of {"age":"old"} and more', 11)).toBe(old)
    expect(asked).toEqual(['{"age":"old"}'])
  })

  test('are read anew where they are long, or where others have driven them out', () => {
    const { asked, take } = prepare()
    const long = JSON.stringify({ note: 'x'.repeat(300) })
    expect(take(long)).not.toBe(take(long))
    for (let at = 0; at < 50_000; at += 1) expect(take(`{"n":"${at}"}`)).toEqual({ n: String(at) })
    expect(take('{"n":"0"}')).toEqual({ n: '0' })
    expect(asked).toHaveLength(50_003)
  })

  test('that are not what is wanted, not ASCII or not closed are nothing', () => {
    const { asked, take } = prepare()
    expect([take('5}'), take('{"town":"m\u00fchle"}'), take('{"age":"old"'), take('')]).toEqual([undefined, undefined, undefined, undefined])
    expect(asked).toEqual(['5}'])
  })
})
