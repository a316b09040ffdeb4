import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOCAL_ID } from './definition/definition.js'
import { attributeId, contestId, electionId, optionId, parseId, partyId, unitId } from './ids.js'

const key = fc.integer({ min: 1, max: 2_147_483_647 })
const local = fc.stringMatching(LOCAL_ID)

test('every ID is read back to what it was made of, whatever an authority calls its parts', () => {
  fc.assert(fc.property(key, local, local, (election, one, two) => {
    expect(parseId(electionId(election))).toEqual({ kind: 'election', key: election })
    expect(parseId(contestId(election, one))).toEqual({ kind: 'contest', key: election, contest: one })
    expect(parseId(optionId(election, one, two))).toEqual({ kind: 'option', key: election, contest: one, option: two })
    expect(parseId(unitId(election, one))).toEqual({ kind: 'unit', key: election, unit: one })
    expect(parseId(partyId(election, one))).toEqual({ kind: 'party', key: election, party: one })
    expect(parseId(attributeId(election, one))).toEqual({ kind: 'attribute', key: election, attribute: one })
  }))
})

test('different things never share an ID', () => {
  fc.assert(fc.property(key, local, local, (election, one, two) => {
    const ids = [electionId(election), contestId(election, one), optionId(election, one, two), unitId(election, one), partyId(election, one), attributeId(election, one)]
    expect(new Set(ids).size).toBe(ids.length)
  }))
})

test.each(['', 'e', 'e0', 'e01', 'e-1', 'E1', '1', 'e2147483648', 'e99999999999', 'e1/', 'e1/c', 'e1/c/', 'e1/x/a', 'e1/c/a/b', 'e1/o/a', 'e1/o/a/', 'e1/o//b', 'e1/o/a/b/c', 'e1 ', 'e1/u/a/'])('"%s" is no ID', (text) => {
  expect(parseId(text)).toBeUndefined()
})

test('no text at all makes the reading of an ID fail', () => {
  fc.assert(fc.property(fc.string(), (text) => { parseId(text) }))
})
