import { readEnvironment } from '../environment.js'
import { explainFileError, LocalFault } from '../fault.js'
import { createCleanup } from '../processes/cleanup.js'
import { settledWithin } from '../processes/guarded-process.js'
import { readArguments } from './arguments.js'
import { finalBlock } from './final-block.js'
import { openHome } from './home.js'
import { listenForStop, type StopSignal } from './stop-signal.js'
import { startSystem } from './system.js'

/** Time for steps that are under way when the signal comes: they end by themselves, or are left to their guards. */
const underWayMs = 1500
/** Everything stops within 10 s; what has not by then is killed by its guard as soon as we are gone. */
const stopLimitMs = 9300

/** Runs LiveTally until a signal comes, then exits 0; exits 1 with one sentence if it cannot be started. */
export async function start(args: readonly string[]): Promise<never> {
  const choices = readArguments(args)
  const environment = readEnvironment()
  const say = (line: string) => console.log(line)
  const stop = listenForStop(say)
  const cleanup = createCleanup()
  const running = (async () => {
    if (choices.fresh && environment.DATABASE_URL !== undefined) {
      throw new LocalFault('--fresh throws away only what lies in LIVETALLY_HOME; the database of DATABASE_URL is yours to empty.')
    }
    const home = cleanup.use(await openHome(environment.LIVETALLY_HOME, choices.fresh))
    const system = await startSystem({ environment, choices, home: home.folder, logs: home.logs, cleanup, signal: stop.signal, say })
    for (const line of finalBlock({ ...system, home: home.folder })) say(line)
  })()
  const failure = await untilStopped(running, stop)
  await settledWithin(cleanup[Symbol.asyncDispose](), stopLimitMs).catch((error: unknown) => say(`While stopping: ${String(error)}`))
  if (failure === undefined) process.exit(0)
  console.error(sentenceOf(failure, environment.LIVETALLY_HOME))
  process.exit(1)
}

/** Settles when a signal has come (`undefined`), or with why it could not be started. */
async function untilStopped(running: Promise<void>, { signal, giveUp }: StopSignal): Promise<unknown> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  const failure = running.then(() => undefined, (error: unknown) => error ?? new Error('unknown'))
  const first = await Promise.race([failure, aborted])
  if (first !== undefined && !signal.aborted) {
    giveUp()
    return first
  }
  await aborted
  await settledWithin(failure, underWayMs)
  return undefined
}

function sentenceOf(failure: unknown, home: string): string {
  const explained = explainFileError(failure, home)
  if (explained instanceof LocalFault) return explained.message
  return explained instanceof Error ? (explained.stack ?? explained.message) : String(explained)
}
