import type { Ballot } from '../election/index.js'
import { describe, expect, test } from 'vitest'
import { commitTo, makeReceipt, sealReceipt, unsealReceipt } from './receipt.js'

const ballot: Ballot = { unit: 'n1', channel: 'ONLINE', attributes: { age: 'wise', hunger: 'peckish' }, selections: { dish: ['waffle'], toppings: ['jam', 'honey'] } }
const salt = Buffer.alloc(32, 1)

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

  test('of an earlier version, with a longer salt, opens as it did', () => {
    const receipt = { ...makeReceipt(), salt: Buffer.alloc(32, 3) }
    expect(unsealReceipt(key, sealReceipt(key, receipt))).toEqual(receipt)
  })

  test('cut short or drawn out is refused', () => {
    const sealed = sealReceipt(key, makeReceipt())
    expect(() => unsealReceipt(key, sealed.subarray(0, -1))).toThrow('This is no receipt that was sealed here.')
    expect(() => unsealReceipt(key, Buffer.concat([sealed, Buffer.alloc(16)]))).toThrow(/./)
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
