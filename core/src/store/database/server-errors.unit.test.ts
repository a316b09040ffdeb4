import { expect, test } from 'vitest'
import { byteaArray, instantArray, plainArray, textArray } from './pg-arrays.js'
import { isAboutTheServer, LedgerTimeoutError } from './server-errors.js'

const withCode = (code: string, message = 'something'): Error => Object.assign(new Error(message), { code })

test.each([
  ['the database gave no answer in time', 'may succeed when it is called again', new LedgerTimeoutError('no answer')],
  ['connection failure', 'may succeed when it is called again', withCode('08006')],
  ['deadlock', 'may succeed when it is called again', withCode('40P01')],
  ['disk full', 'may succeed when it is called again', withCode('53100')],
  ['lock not available in time', 'may succeed when it is called again', withCode('55P03')],
  ['statement cancelled, as by a time limit', 'may succeed when it is called again', withCode('57014')],
  ['server is shutting down', 'may succeed when it is called again', withCode('57P01')],
  ['input/output error', 'may succeed when it is called again', withCode('58030')],
  ['transaction timeout', 'may succeed when it is called again', withCode('25P04')],
  ['idle in transaction for too long', 'may succeed when it is called again', withCode('25P03')],
  ['connection refused', 'may succeed when it is called again', withCode('ECONNREFUSED')],
  ['connection reset', 'may succeed when it is called again', withCode('ECONNRESET')],
  ['connection ended, as the driver says it', 'may succeed when it is called again', new Error('Connection terminated unexpectedly')],
  ['a check that failed', 'will fail again', withCode('23514')],
  ['a number that is none', 'will fail again', withCode('22P02', 'invalid input syntax; connection reset by peer')],
  ['a missing right', 'will fail again', withCode('42501')],
  ['a mistake of ours', 'will fail again', new TypeError('x is undefined')],
  ['not even an error', 'will fail again', 'connection lost'],
])('%s: the same call %s', (_what, outlook, error) => {
  expect(isAboutTheServer(error)).toBe(outlook !== 'will fail again')
})

test('lists are written as Postgres reads them', () => {
  expect(plainArray([1, 'a1'])).toBe('{1,a1}')
  expect(byteaArray([])).toBe('{}')
  expect(byteaArray([Buffer.from([0, 255])])).toBe(String.raw`{"\\x00ff"}`)
  expect(textArray([])).toBe('{}')
  expect(textArray(['a "b" \\ {c},', ''])).toBe(String.raw`{"a \"b\" \\ {c},",""}`)
  expect(instantArray([undefined, 0])).toBe('{NULL,"1970-01-01T00:00:00.000Z"}')
})
