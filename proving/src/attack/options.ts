import type { DrawOptions } from './election/draw-election.js'

/** What happens while people vote, beside voting. */
export interface Disturbances {
  /** Voting is paused and resumed. */
  pauses: boolean
  /** A worker is killed, and the election is counted anew while votes come in. */
  restarts: boolean
  /** Clerks correct the turnout while the election is open, and choices once it is closed. */
  corrections: boolean
}

export interface AttackOptions extends DrawOptions, Disturbances {
  /** Ballots that are cast together; the next are cast when these are seen in the turnout. Few give many revisions. */
  batch: number
  /** How many receipts are asked for, of ballots that lie evenly among all. */
  receipts: number
  /** See `SolveOptions`. */
  rounds: number
}
