/** Something that counts a backlog, as a process that can be watched. */
export interface RunningContestant extends AsyncDisposable {
  readonly pid: number
  /** Ballots counted so far, each with all that belongs to it (for LiveTally: committed). Rejects if the process has died. */
  counted(): Promise<number>
  /** Checks the final counts; throws if they are not what they must be. */
  verify(): Promise<void>
}

export interface Contestant {
  readonly name: string
  start(): Promise<RunningContestant>
}
