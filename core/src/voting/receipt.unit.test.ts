import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Ballot } from '../election/index.js'
import { commitTo, makeReceipt, saltOf, sealReceipt, unsealReceipt } from './receipt.js'

const ballot: Ballot = { unit: 'n1', channel: 'ONLINE', attributes: { age: 'wise', hunger: 'peckish' }, selections: { dish: ['waffle'], toppings: ['jam', 'honey'] } }
const salt = Buffer.alloc(32, 1)
const TRACKER = '2436aadf-7fa2-47e0-88a6-3069cf5dc88d'
const TRACKER_BYTES = Buffer.from(TRACKER.replaceAll('-', ''), 'hex')

describe('the commitment to a ballot', () => {
  test.each([
    ['contests in another order', { ...ballot, selections: { toppings: ['jam', 'honey'], dish: ['waffle'] } }],
    ['marks in another order', { ...ballot, selections: { dish: ['waffle'], toppings: ['honey', 'jam'] } }],
    ['attributes in another order', { ...ballot, attributes: { hunger: 'peckish', age: 'wise' } }],
    ['a contest named with no mark', { ...ballot, selections: { ...ballot.selections, spread: [] } }],
  ])('is the same for %s', (_what, other) => {
    expect(commitTo(salt, 7, other)).toEqual(commitTo(salt, 7, ballot))
  })

  test.each([
    ['another mark', 7, salt, { ...ballot, selections: { dish: ['pancake'], toppings: ['jam', 'honey'] } }],
    ['a mark less', 7, salt, { ...ballot, selections: { dish: ['waffle'], toppings: ['jam'] } }],
    ['another polling place', 7, salt, { ...ballot, unit: 'n2' }],
    ['another channel', 7, salt, { ...ballot, channel: 'EARLY' as const }],
    ['another attribute', 7, salt, { ...ballot, attributes: { age: 'young', hunger: 'peckish' } }],
    ['another election', 8, salt, ballot],
    ['another salt', 7, Buffer.alloc(32, 2), ballot],
  ])('differs for %s', (_what, election, otherSalt, other) => {
    expect(commitTo(otherSalt, election, other)).not.toEqual(commitTo(salt, 7, ballot))
  })
})

describe('a sealed receipt', () => {
  const key = Buffer.alloc(32, 9)

  test('opens to what was sealed, under its key alone', () => {
    const receipt = makeReceipt()
    const sealed = sealReceipt(key, receipt)
    expect(unsealReceipt(key, sealed)).toEqual(receipt)
    expect(() => unsealReceipt(Buffer.alloc(32, 8), sealed)).toThrow(/./)
  })

  test.each([16, 32])('of an earlier version, which held a salt of %i bytes, opens as it did', (bytes) => {
    const salted = Buffer.alloc(bytes, 3)
    expect(unsealReceipt(key, sealAs(1, Buffer.concat([TRACKER_BYTES, salted])))).toEqual({ tracker: TRACKER, salt: salted })
  })

  test.each([
    ['no version there is', 3, TRACKER_BYTES],
    ['no version at all', 0, TRACKER_BYTES],
    ['the earlier version without its salt', 1, TRACKER_BYTES],
    ['the earlier version with half a salt', 1, Buffer.concat([TRACKER_BYTES, Buffer.alloc(8)])],
    ['this version with a salt', 2, Buffer.concat([TRACKER_BYTES, Buffer.alloc(16)])],
    ['this version without a tracker', 2, Buffer.alloc(0)],
  ])('that says it is of %s is refused, although its key fits', (_what, version, secret) => {
    expect(() => unsealReceipt(key, sealAs(version, secret))).toThrow('This is no receipt that was sealed here.')
  })

  test('holds a tracker and nothing else, in 45 bytes', () => {
    expect(sealReceipt(key, { tracker: TRACKER })).toHaveLength(45)
    expect(unsealReceipt(key, sealAs(2, TRACKER_BYTES))).toEqual({ tracker: TRACKER })
  })

  test('cut short or drawn out is refused', () => {
    const sealed = sealReceipt(key, makeReceipt())
    expect(() => unsealReceipt(key, sealed.subarray(0, -1))).toThrow('This is no receipt that was sealed here.')
    expect(() => unsealReceipt(key, Buffer.concat([sealed, Buffer.alloc(16)]))).toThrow('This is no receipt that was sealed here.')
    expect(() => unsealReceipt(key, Buffer.alloc(0))).toThrow('This is no receipt that was sealed here.')
  })

  test('is refused if a single bit was changed', () => {
    const sealed = sealReceipt(key, makeReceipt())
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      expect(() => unsealReceipt(key, changed)).toThrow(/./)
    }
  })

  test('fits into what the ledger keeps, and never looks alike twice', () => {
    const receipt = makeReceipt()
    expect(sealReceipt(key, receipt).length).toBeLessThanOrEqual(256)
    expect(sealReceipt(key, receipt)).not.toEqual(sealReceipt(key, receipt))
  })
})

describe('the salt of a commitment', () => {
  test('is one for each tracker and each audit key, and whoever holds the key finds it again', () => {
    const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const salts = [saltOf(one, TRACKER), saltOf(other, TRACKER), saltOf(one, '2436aadf-7fa2-47e0-88a6-3069cf5dc88e')]
    expect(new Set(salts.map((found) => found.toString('hex'))).size).toBe(3)
    expect(saltOf(Buffer.alloc(32, 1), TRACKER)).toEqual(salts[0])
    expect(salts[0]).toHaveLength(32)
  })
})

/** Any bytes, sealed under any version byte. */
function sealAs(version: number, secret: Buffer): Buffer {
  const nonce = Buffer.alloc(12, 5)
  const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, 9), nonce, { authTagLength: 16 })
  const sealed = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, sealed, cipher.getAuthTag()])
}
