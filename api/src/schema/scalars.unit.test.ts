import { parseValue } from 'graphql/index.js'
import { describe, expect, test } from 'vitest'
import { DateTime } from './scalars.js'

describe('a time that somebody asks with', () => {
  test.each(['1970-01-01T00:00:00Z', '2026-11-03T07:00:00+01:00', '9999-12-31T23:59:59.999Z'])('may be %s', (text) => {
    expect(DateTime.parseValue(text)).toEqual(new Date(text))
    expect(DateTime.parseLiteral(parseValue(`"${text}"`))).toEqual(new Date(text))
  })

  test('is cut off at the millisecond, however many digits it has', () => {
    const text = '2026-11-01T00:00:00.0009999999999Z'
    expect(DateTime.parseValue(text)).toEqual(new Date('2026-11-01T00:00:00.000Z'))
    expect(DateTime.parseLiteral(parseValue(`"${text}"`))).toEqual(new Date('2026-11-01T00:00:00.000Z'))
  })

  test.each(['0000-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01'])('cannot be %s, which not every part of the system can write', (text) => {
    expect(() => DateTime.parseValue(text)).toThrow('DateTime must lie in the years 1970 to 9999, in UTC.')
    expect(() => DateTime.parseLiteral(parseValue(`"${text}"`))).toThrow('DateTime must lie in the years 1970 to 9999, in UTC.')
  })
})
