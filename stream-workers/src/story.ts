import type { Logger } from 'pino'
import type { Clock } from './pace.js'

/** What can happen to a worker, and how loud it is said. `event` in each line of the log: docs/operations.md explains them. */
const LEVELS = {
  STARTED: 'info',
  STOPPED: 'info',
  ASSIGNED: 'info',
  UNASSIGNED: 'info',
  /** Work of somebody who fell silent. */
  TAKEN_OVER: 'warn',
  /** Our own work is somebody else's now. */
  SUPERSEDED: 'warn',
  TROUBLE: 'warn',
  RECOVERED: 'info',
  REBUILD_STARTED: 'info',
  REBUILD_FINISHED: 'info',
  REBUILD_ABANDONED: 'warn',
  VIEWS_SWITCHED: 'info',
  GROUPS_RELEASED: 'info',
  QUARANTINED: 'warn',
  THINNED: 'info',
  KEYS_READ: 'info',
  /** Something that must not be: a person has to look. */
  ALARM: 'error',
} as const satisfies Record<string, 'info' | 'warn' | 'error'>

export type StoryEvent = keyof typeof LEVELS

/** The fields of such lines, which mean the same in all of them. Lists are cut; `count` says how many there were. */
export interface Facts {
  election?: number
  box?: number
  /** `election/box`. */
  boxes?: readonly string[]
  elections?: readonly number[]
  count?: number
  topic?: string
  partition?: number
  partitions?: readonly number[]
  offset?: string
  key?: string
  /** Ids of keys that sign ballots. */
  keys?: readonly string[]
  epoch?: number
  generation?: number
  revision?: number
  /** Entries of the ledger. */
  entries?: number
  seq?: number
  records?: number
  views?: readonly string[]
  /** How long it took, or lasted. */
  ms?: number
  tries?: number
  reason?: string
  file?: string
  err?: unknown
}

const MOST_LISTED = 20

/** One line of the log, which says what happened. */
export function tell(logger: Logger, event: StoryEvent, facts: Facts, sentence: string): void {
  logger[LEVELS[event]]({ event, ...facts, ...cut('boxes', facts.boxes), ...cut('elections', facts.elections) }, sentence)
}

function cut(name: 'boxes' | 'elections', list: Facts['boxes'] | Facts['elections']): Facts {
  return list === undefined ? {} : { [name]: list.slice(0, MOST_LISTED), count: list.length }
}

/** Something that fails for a while: told once when it begins, and once when it is over, however often it was tried. */
export interface Trouble {
  met(error: unknown): void
  over(): void
}

/** `what` cannot be done, as a sentence without its end. */
export function createTrouble({ logger, clock }: { logger: Logger, clock: Clock }, what: string): Trouble {
  let began: number | undefined
  let tries = 0
  return {
    met(error) {
      tries += 1
      if (began !== undefined) return
      began = clock.now()
      tell(logger, 'TROUBLE', { err: error }, `${what}; it is tried again and again`)
    },
    over() {
      if (began === undefined) return
      tell(logger, 'RECOVERED', { ms: Math.round(clock.now() - began), tries }, `this is over: ${what}`)
      began = undefined
      tries = 0
    },
  }
}
