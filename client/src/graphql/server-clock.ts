/**
 * What is known of the server's clock: its time minus ours lies between `low` and `high`, in milliseconds.
 * The `Date` header counts whole seconds, so one answer leaves a second of doubt; several narrow it.
 */
export interface ServerClock { low: number, high: number }

export interface ClockReading {
  /** Local time in ms when the request left. */
  sentAt: number
  /** Local time in ms when the answer arrived. */
  receivedAt: number
  /** The `Date` header in ms: the server's clock cut to the second, read between the two. */
  serverSecond: number
}

/** Narrows what is known by one more answer. Readings that contradict what was known (a clock was set) replace it. */
export function narrowServerClock(known: ServerClock | null, reading: ClockReading): ServerClock {
  const seen = { low: reading.serverSecond - reading.receivedAt, high: reading.serverSecond + 1_000 - reading.sentAt }
  if (known === null) return seen
  const low = Math.max(known.low, seen.low)
  const high = Math.min(known.high, seen.high)
  return low <= high ? { low, high } : seen
}

/** Milliseconds between `instant` (RFC 3339) and the server's present, never negative: doubt is resolved towards younger. */
export function ageOf(instant: string, clock: ServerClock | null, now: number): number {
  const offset = clock === null ? 0 : (clock.low + clock.high) / 2
  return Math.max(0, now + offset - Date.parse(instant))
}
