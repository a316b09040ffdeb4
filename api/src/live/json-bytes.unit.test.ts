import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonBytes } from './json-bytes.js'

test('the reckoned size of an answer is that of its JSON, within half and double and some bytes', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = JSON.stringify(value).length
    expect(jsonBytes(value)).toBeGreaterThanOrEqual(text * 0.5 - 20)
    expect(jsonBytes(value)).toBeLessThanOrEqual(text * 8 + 20)
  }))
})

test('an answer nested a hundred thousand deep is measured all the same', () => {
  let nested: unknown = 'x'
  for (let depth = 0; depth < 100_000; depth += 1) nested = [nested]
  expect(jsonBytes(nested)).toBeGreaterThan(200_000)
})
