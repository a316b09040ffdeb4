import { createRequire } from 'node:module'

/** What is used of kafkajs' queue of requests, of which every connection has one. */
interface RequestQueue {
  readonly pending: readonly unknown[]
  readonly inflight: ReadonlyMap<number, { sentAt: number, requestTimeout: number, timeoutRequest(): void }>
  readonly enforceRequestTimeout: boolean
  requestTimeoutIntervalId: NodeJS.Timeout | undefined
  isConnected(): boolean
  destroy(): void
  scheduleCheckPendingRequests(): void
  scheduleRequestTimeoutCheck(): void
}

/** Requests may take 10 s and more; to look ten times a second for one that is overdue, as kafkajs does, wakes the process for nothing. */
const OVERDUE_CHECK_MS = 1_000

let areQuieted = false

/**
 * kafkajs 2.2.4 looks a thousand times a second, on every connection and for ever, for requests that wait because the broker
 * throttled them (tulios/kafkajs#1704): half of what an idle process costs. Here it looks while some wait. Asks for no timer
 * in the past either, of which Node 22 and newer warn.
 */
export function quietIdleTimers(): void {
  if (areQuieted) return
  areQuieted = true
  const { prototype }: { prototype: RequestQueue } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue')
  const check = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.pending.length > 0) check.call(this)
  }
  prototype.scheduleRequestTimeoutCheck = function schedule(this: RequestQueue): void {
    if (!this.enforceRequestTimeout) return
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(() => {
      for (const request of this.inflight.values()) if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest()
      if (!this.isConnected()) this.destroy()
    }, OVERDUE_CHECK_MS)
  }
}
