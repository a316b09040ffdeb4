import type { Environment } from '../environment.js'
import type { Cleanup } from '../processes/cleanup.js'
import type { StartArguments } from './arguments.js'
import type { Supervised, SupervisorOptions } from './supervise.js'

/** What all steps of a start share. */
export type StartContext = {
  readonly environment: Environment
  readonly choices: StartArguments
  /** LIVETALLY_HOME and the folder of logs in it. */
  readonly home: string
  readonly logs: string
  /** What has to be stopped at the end, in reverse order of starting. */
  readonly cleanup: Pick<Cleanup, 'defer'>
  /** Aborted as soon as we are to stop. */
  readonly signal: AbortSignal
  /** Prints one line for the person who watches. */
  readonly say: (line: string) => void
  /** Starts it again, from now on, whenever it dies. */
  readonly watch: (name: string, supervised: Supervised, isFinished?: SupervisorOptions['isFinished']) => void
}
