import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { awaitCall } from './stand-by.js'

describe('an API process that stands by', () => {
  test('goes on when it is called', async () => {
    const input = new PassThrough()
    const called = awaitCall(input)
    input.write('\n')
    expect(await called).toBe(true)
  })

  test('goes on when it was called before it listened', async () => {
    const input = new PassThrough()
    input.end('\n')
    expect(await awaitCall(input)).toBe(true)
  })

  test('is not needed any more when whoever would have called is gone', async () => {
    const input = new PassThrough()
    input.end()
    expect(await awaitCall(input)).toBe(false)
  })
})
