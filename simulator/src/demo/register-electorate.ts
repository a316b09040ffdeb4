import { createPace } from '../load/pace.js'
import type { WholeRoll } from '../roll/whole-roll.js'
import type { StateFile } from '../simulation/state-file.js'
import type { ApiClient } from '../system/api-client.js'
import { registerVoters } from '../system/voters.js'

const AT_ONCE = 500

/**
 * Registers a whole electorate, a little at a time so that nobody's vote waits for it; goes on where `state` says that an
 * earlier run came to. Ends early, without an error, when `signal` aborts.
 */
export async function registerElectorate(client: ApiClient, electionId: string, roll: WholeRoll, { state, perSecond, signal }: { state: StateFile, perSecond: number, signal: AbortSignal }): Promise<void> {
  const pace = createPace(perSecond)
  let next = await state.read()
  while (next < roll.size && !signal.aborted) {
    const count = Math.min(AT_ONCE, roll.size - next)
    await pace.take(count)
    if (signal.aborted) return
    await registerVoters(client, electionId, Array.from({ length: count }, (_, at) => roll.entry(next + at)))
    next += count
    await state.write(next)
  }
}
