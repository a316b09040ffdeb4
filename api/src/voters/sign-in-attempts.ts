import { createClientBudgets, type ClientBudget } from '../server/cost/client-budget.js'
import { createAttemptQueue, type AttemptQueue } from './attempt-queue.js'

/** One voting code from somewhere: `code` stands for the code in its election, `connection` for what it came over, if that is known. */
export interface Attempt { address: string, connection: object | undefined, code: string }

export type Turn =
  /** May be looked up now. `giveBack`: it was no wrong one, or it was not looked up for a reason of ours. */
  | { let: 'IN', giveBack(): void }
  | { let: 'OUT', because: 'ADDRESS' | 'CODE', retryAfterMs: number }

/**
 * Slows down who guesses. An attempt is taken before it is looked up, so that of many at once each counts those before it, and
 * is given back if it was right: right codes never slow each other down, however many come from one address.
 */
export interface SignInAttempts { take(attempt: Attempt): Promise<Turn> }

interface Settings {
  /** Wrong ones from one address, and of one code from wherever, that are looked up without waiting. */
  perMinute: number
  now?: () => number
}

/** An address that has used them up has thirty times as many a minute: who waits is let in soon, and 25^12 codes are too many for that. */
const OF_ADDRESS_PER_SECOND = 0.5
const MOST_REMEMBERED = 50_000
const LONGEST_WAIT_MS = 5_000
const MOST_WAITING_AT_ADDRESS = 1_000
const MOST_WAITING = 20_000

export function createSignInAttempts({ perMinute, now = Date.now }: Settings): SignInAttempts {
  const ofAddress = createClientBudgets({ perSecond: perMinute * OF_ADDRESS_PER_SECOND, burst: perMinute, most: MOST_REMEMBERED, now })
  const ofCode = createClientBudgets({ perSecond: perMinute / 60, burst: perMinute, most: MOST_REMEMBERED, now })
  const queues = new Map<string, AttemptQueue>()
  /** Attempts that were not given back: a connection that guessed comes after those that did not. */
  const ofConnection = new WeakMap<object, number>()
  let waiting = 0

  const queueOf = (address: string): AttemptQueue => {
    const known = queues.get(address)
    if (known !== undefined) return known
    const queue = createAttemptQueue({ waitMs: () => waitFor(ofAddress(address)), rankOf: (connection) => ofConnection.get(connection) ?? 0, most: MOST_WAITING_AT_ADDRESS, longestWaitMs: LONGEST_WAIT_MS })
    queues.set(address, queue)
    return queue
  }
  const count = (connection: object, by: number): void => { ofConnection.set(connection, (ofConnection.get(connection) ?? 0) + by) }

  return {
    async take({ address, connection = {}, code }) {
      const waitMs = takeNow(ofCode(code))
      if (waitMs > 0) return { let: 'OUT', because: 'CODE', retryAfterMs: waitMs }
      const refuse = (): Turn => {
        ofCode(code).take(-1)
        return { let: 'OUT', because: 'ADDRESS', retryAfterMs: 1_000 }
      }
      const enter = (): Turn => {
        ofAddress(address).take(1)
        count(connection, 1)
        const giveBack = (): void => {
          ofAddress(address).take(-1)
          ofCode(code).take(-1)
          count(connection, -1)
          queues.get(address)?.serve()
        }
        return { let: 'IN', giveBack }
      }
      if (waitFor(ofAddress(address)) === 0) return enter()
      if (waiting >= MOST_WAITING) return refuse()
      const queue = queueOf(address)
      waiting += 1
      try {
        // What is let in is taken in the same moment, before the next is looked at.
        return await new Promise<Turn>((done) => { queue.wait(connection, (isIn) => { done(isIn ? enter() : refuse()) }) })
      } finally {
        waiting -= 1
        if (queue.size === 0 && queues.get(address) === queue) queues.delete(address)
      }
    },
  }
}

/** Takes one unless it would have to wait; then says how long. */
function takeNow(budget: ClientBudget): number {
  const waitMs = waitFor(budget)
  if (waitMs === 0) budget.take(1)
  return waitMs
}

function waitFor(budget: ClientBudget): number {
  budget.take(1)
  const waitMs = budget.waitMs()
  budget.take(-1)
  return waitMs
}
