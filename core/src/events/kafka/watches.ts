import type { Consumer } from 'kafkajs'
import { pause } from '../waiting.js'

export interface SilenceWatch {
  /** Resolves when the consumer is stuck. */
  tooLong: Promise<Error>
  /** Runs a task that may take as long as it likes. */
  work<Result>(task: () => Promise<Result>): Promise<Result>
}

/**
 * Finds a consumer that neither fetches, nor works, nor joins: after a broker's restart kafkajs now and then waits for ever,
 * for an answer on a connection that is gone.
 */
export function watchSilence(consumer: Consumer, limitMs: number, over: AbortSignal): SilenceWatch {
  let seenAt = performance.now()
  let working = 0
  const see = (): void => { seenAt = performance.now() }
  consumer.on(consumer.events.FETCH, see)
  consumer.on(consumer.events.HEARTBEAT, see)
  consumer.on(consumer.events.GROUP_JOIN, see)
  const tooLong = new Promise<Error>((resolve) => {
    const timer = setInterval(() => {
      if (working > 0 || performance.now() - seenAt < limitMs) return
      clearInterval(timer)
      resolve(new Error(`the reader has shown no sign of life for ${limitMs / 1000} s`))
    }, 1_000)
    over.addEventListener('abort', () => clearInterval(timer), { once: true })
  })
  return {
    tooLong,
    async work(task) {
      working += 1
      try {
        return await task()
      } finally {
        working -= 1
        see()
      }
    },
  }
}

const LOOK_AT_CLOCK_EVERY_MS = 250
const STEP_BACK_MS = 500

/**
 * Resolves when the wall clock was set back. kafkajs sends no sign of life before that clock has passed its last one: the group
 * takes the member for dead, gives its partitions away, and the member, which goes on reading, never hears of it.
 */
export function watchClock(over: AbortSignal, { wall = () => Date.now(), steady = () => performance.now() } = {}): Promise<Error> {
  return new Promise((resolve) => {
    let ahead = wall() - steady()
    const timer = setInterval(() => {
      const before = ahead
      ahead = wall() - steady()
      if (before - ahead < STEP_BACK_MS) return
      clearInterval(timer)
      resolve(new Error(`the clock of this machine was set back by ${((before - ahead) / 1_000).toFixed(1)} s`))
    }, LOOK_AT_CLOCK_EVERY_MS)
    over.addEventListener('abort', () => clearInterval(timer), { once: true })
  })
}

export interface MissingTopicWatch {
  notice(): void
  /** Resolves when it is certain enough to begin anew. */
  confirmed: Promise<Error>
}

/**
 * kafkajs waits for a deleted topic for ever; and if it comes back soon, reads on from the old position, past new records.
 * A broker that has just started may say so wrongly: hence the second look, one at a time.
 */
export function watchMissingTopic(topics: readonly string[], isToBeginAnew: () => Promise<boolean>): MissingTopicWatch {
  let isLooking = false
  let confirm: (error: Error) => void = () => undefined
  const confirmed = new Promise<Error>((resolve) => { confirm = resolve })
  const look = async (): Promise<void> => {
    try {
      if (await isToBeginAnew()) confirm(new Error(`a topic of ${topics.join(', ')} was deleted`))
    } catch {
      // The broker is away: whoever asks next is told again.
    }
    await pause(500)
    isLooking = false
  }
  return {
    confirmed,
    notice() {
      if (isLooking) return
      isLooking = true
      void look()
    },
  }
}
