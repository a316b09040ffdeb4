/** Times are ms since 1970, all by the one clock of the machine that the recorder and the system share. */

/** Who votes, and the key that makes the request repeatable. */
export interface CastBallot { voter: string, key: string }

export type BallotAnswer =
  | { verdict: 'accepted', tracker: string, castAt: string }
  /** `type` is the schema's word, such as `AlreadyVoted`. */
  | { verdict: 'refused', type: string }

/** One sending of one request to one API process, with what came of it. */
export interface Attempt {
  type: 'attempt'
  api: number
  sentAt: number
  answeredAt: number
  ballots: readonly CastBallot[]
  /** One answer per ballot in their order; or why there was none: then what became of the ballots is not known. */
  outcome: { answers: readonly BallotAnswer[] } | { failure: string }
}

/** One message of a subscription as one viewer saw it. */
export interface Frame {
  type: 'frame'
  viewer: number
  api: number
  at: number
  revision: number
  status: string
  /** Turnout; of so many of these ballots the choices are not shown yet. */
  ballotsCast: number
  choicesPending: number
  /** Which entries of each box it contains, by box. */
  boxes: readonly { box: number, generation: number, nextSeq: number }[]
  /** `seq` below which the choices of a box's ballots of one place are shown. */
  frontier: readonly { box: number, place: string, seq: number }[]
  /** Contest by contest in the order of the ballot paper: ballots, undervotes, overvotes, votes of each option. */
  counts: readonly number[]
}

/** What was done to the system, from the deed to its end. */
export interface FaultDone {
  type: 'fault'
  kind: string
  target: string
  /** API processes that it hit. */
  apis: readonly number[]
  at: number
  endedAt: number
  /** From when recovery is counted: the deed, where others can step in at once, or the end, where nobody can before. */
  recoversFrom: number
}

/** How far each box was, at four places: accepted, sent to Kafka, tabulated, published. */
export interface Sample {
  type: 'sample'
  at: number
  revision: number
  boxes: readonly { box: number, accepted: number, relayed: number, tabulated: number, published: number }[]
}

export type HistoryLine = Attempt | Frame | FaultDone | Sample
