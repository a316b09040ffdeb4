import type { PublisherClaim } from '@livetally/core/store'
import type { Server } from '../process.js'
import type { Schedule } from '../schedule.js'
import { copyTables, emptyTables, type Tables } from './tables.js'

/** The database server: its tables as they are committed, its clock, and what can befall it. */
export interface Postgres extends Server {
  readonly tables: Tables
  /** `clock_timestamp()`, ms since 1970: it may jump either way. */
  readonly now: number
  /** Ms since the simulation began: no role may know it. */
  readonly sinceStart: number
  /** Boxes that one relay went on holding after another one had taken them: nobody but the judge looks here. */
  readonly twiceRelayed: Set<string>
  /** The last claim of each election's publishing, whatever was restored since: nobody but the judge looks here. */
  readonly lastClaims: Map<number, PublisherClaim>
  /** Elections of which a publisher committed a revision that had been superseded, and was by a restored backup the owner again. */
  readonly revived: Set<number>
  /** Elections that were certified before all of their ledger was published: nobody but the judge looks here. */
  readonly certifiedEarly: Set<number>
  /** As `gen_random_uuid()`: never the same twice, whatever is restored. */
  makeId(): string
  jump(ms: number): void
  /** Breaks every connection; what is committed stays. */
  restart(awayMs: number): void
  backUp(): void
  /** Puts back the last backup, if there is one, as an operator may after a disk is lost. */
  restore(): boolean
}

/** SQLSTATE 57P01, as of a server that shuts down. */
class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError'
  readonly code = '57P01'
}

export function createPostgres(schedule: Schedule, startsAt: number): Postgres {
  let tables = emptyTables()
  let backup: Tables | undefined
  let offset = startsAt
  let incarnation = 1
  let awayUntil = 0
  let ids = 0
  return {
    name: 'postgres',
    get isAway() { return schedule.now < awayUntil },
    get incarnation() { return incarnation },
    unreachable: () => new ConnectionLostError('the connection to the database was terminated'),
    patienceMs: 6_000,
    get tables() { return tables },
    get now() { return Math.floor(schedule.now + offset) },
    twiceRelayed: new Set(),
    lastClaims: new Map(),
    revived: new Set(),
    certifiedEarly: new Set(),
    get sinceStart() { return schedule.now },
    makeId() {
      ids += 1
      return `id ${ids}`
    },
    jump(ms) { offset += ms },
    restart(awayMs) {
      incarnation += 1
      awayUntil = schedule.now + awayMs
    },
    backUp() { backup = copyTables(tables) },
    restore() {
      if (backup === undefined) return false
      tables = copyTables(backup)
      incarnation += 1
      return true
    },
  }
}
