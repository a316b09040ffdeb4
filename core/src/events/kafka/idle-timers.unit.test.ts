import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { quietIdleTimers } from './idle-timers.js'

interface Queue {
  scheduleRequestTimeoutCheck(): void
  maybeThrottle(ms: number): void
  push(request: { entry: { correlationId: number }, expectResponse: boolean, sendRequest: () => void }): void
  fulfillRequest(response: { correlationId: number, payload: Buffer, size: number }): void
}

const logger = { debug: () => undefined, warn: () => undefined, error: () => undefined }
const requestTo = (sent: number[], correlationId: number, reject: (error: Error) => void = () => undefined) => ({
  entry: { correlationId, resolve: () => undefined, reject, apiKey: 1, apiName: 'Fetch', apiVersion: 11 }, expectResponse: true, sendRequest: () => { sent.push(correlationId) },
})

describe('a connection to Kafka', () => {
  let queue: Queue
  beforeEach(() => {
    vi.useFakeTimers()
    quietIdleTimers()
    const RequestQueue: new (options: object) => Queue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue')
    queue = new RequestQueue({ maxInFlightRequests: null, requestTimeout: 10_000, enforceRequestTimeout: true, clientId: 'test', broker: 'kitchen:9092', logger })
  })
  afterEach(() => { vi.useRealTimers() })

  test('asks for no timer when nothing waits', () => {
    const sent: number[] = []
    queue.push(requestTo(sent, 1))
    queue.fulfillRequest({ correlationId: 1, payload: Buffer.alloc(0), size: 0 })
    expect([sent, vi.getTimerCount()]).toEqual([[1], 0])
  })

  test('sends what a throttled broker made wait, as soon as it may', () => {
    const sent: number[] = []
    queue.maybeThrottle(300)
    queue.push(requestTo(sent, 1))
    vi.advanceTimersByTime(250)
    expect(sent).toEqual([])
    vi.advanceTimersByTime(100)
    expect([sent, vi.getTimerCount()]).toEqual([[1], 0])
  })

  test('still gives up a request that nobody answers', () => {
    const failures: string[] = []
    queue.scheduleRequestTimeoutCheck()
    queue.push(requestTo([], 1, (error) => failures.push(error.message)))
    vi.advanceTimersByTime(9_000)
    expect(failures).toEqual([])
    vi.advanceTimersByTime(3_000)
    expect(failures).toEqual(['Request Fetch(key: 1, version: 11) timed out'])
  })
})
