import { inLanes } from '../in-lanes.js'

/** Hears of an election that could not be worked on, and why. It is tried again with every turn. */
export type OnStuck = (election: number, error: unknown) => void

export interface SideBySide {
  /**
   * Works on each of the elections, never twice at the same time on one. Returns when all are done but those that were stuck
   * before: these go on behind it. Never rejects.
   */
  run(elections: readonly number[], work: (election: number) => Promise<void>, onStuck?: OnStuck): Promise<void>
}

/** Of those that are not stuck: each takes a connection. */
const AT_ONCE = 3

/** Has work done for several elections, each on its own: one whose boxes somebody holds locked is waited for once, and then holds up no other. */
export function createSideBySide(atOnce = AT_ONCE): SideBySide {
  const working = new Set<number>()
  /** Those that failed, until they do not. They come one after the other, and nobody waits for them. */
  const stuck = new Set<number>()
  let areStuckTried = false

  return {
    async run(elections, work, onStuck = () => undefined) {
      const attempt = async (election: number): Promise<void> => {
        working.add(election)
        try {
          await work(election)
          stuck.delete(election)
        } catch (error) {
          stuck.add(election)
          onStuck(election, error)
        } finally {
          working.delete(election)
        }
      }
      const idle = elections.filter((election) => !working.has(election))
      const fresh = idle.filter((election) => !stuck.has(election))
      const late = idle.filter((election) => stuck.has(election))
      if (late.length > 0 && !areStuckTried) {
        areStuckTried = true
        void inLanes(late, 1, attempt).finally(() => { areStuckTried = false })
      }
      await inLanes(fresh, atOnce, attempt)
    },
  }
}
