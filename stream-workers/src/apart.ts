import type { Logger } from 'pino'
import type { Clock } from './pace.js'
import { tell } from './story.js'

/** What is worked on: an election, or one of its boxes. */
export interface Subject { readonly election: number, readonly box?: number }

/** Work on many elections or boxes, each on its own: what fails of one holds up no other. */
export interface Apart {
  /** Does it, and never rejects. Undefined if it failed: that is told once, with whose it is, until it succeeds again. */
  attempt<Result>(subject: Subject, work: () => Promise<Result>): Promise<Result | undefined>
}

/** Told one by one; where more are in trouble, only that there are more. When Postgres is away that is all of them. */
const MOST_TOLD = 10
/** Remembered as in trouble; of the others each failure is a new one. */
const MOST_REMEMBERED = 10_000

/** `what` cannot be done of one election, as a sentence without its end. */
export function createApart({ logger, clock }: { logger: Logger, clock: Pick<Clock, 'now'> }, what: string): Apart {
  const troubles = new Map<string, { began: number, tries: number, isTold: boolean }>()
  let told = 0
  let hasMore = false

  const met = ({ election, box }: Subject, id: string, error: unknown): void => {
    const known = troubles.get(id)
    if (known !== undefined) {
      known.tries += 1
      return
    }
    const isTold = told < MOST_TOLD
    if (troubles.size < MOST_REMEMBERED) troubles.set(id, { began: clock.now(), tries: 1, isTold })
    if (isTold) {
      told += 1
      tell(logger, 'TROUBLE', { election, ...box === undefined ? {} : { box }, err: error }, `${what}; it is tried again and again, and the others go on`)
    } else if (!hasMore) {
      hasMore = true
      tell(logger, 'TROUBLE', { err: error }, `${what}: the same of more than ${MOST_TOLD}, which are not told one by one`)
    }
  }
  const over = ({ election, box }: Subject, id: string): void => {
    const known = troubles.get(id)
    if (known === undefined) return
    troubles.delete(id)
    if (troubles.size === 0) hasMore = false
    if (!known.isTold) return
    told -= 1
    tell(logger, 'RECOVERED', { election, ...box === undefined ? {} : { box }, ms: Math.round(clock.now() - known.began), tries: known.tries }, `this is over: ${what}`)
  }
  return {
    async attempt(subject, work) {
      const id = `${subject.election}/${subject.box ?? ''}`
      try {
        const result = await work()
        over(subject, id)
        return result
      } catch (error) {
        met(subject, id, error)
        return undefined
      }
    },
  }
}
