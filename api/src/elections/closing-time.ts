import type { Election } from '@livetally/core/election'
import type { PhaseChange } from '@livetally/core/store'

type Times = Pick<Election, 'phase' | 'closesAt'>

const LONGEST_EXTENSION_MS = 30 * 86_400_000

/** Why an election whose time is over is neither published nor opened, and what to do. Undefined where nothing speaks against it. */
export function refusalOfClosing(change: PhaseChange, { phase, closesAt }: Times, now: number): string | undefined {
  const isBegun = (change === 'publish' && phase === 'DRAFT') || (change === 'open' && phase === 'SCHEDULED')
  if (!isBegun || closesAt.getTime() > now) return undefined
  return `The closing time of this election, ${closesAt.toISOString()}, has passed: nobody could vote. Give it a later \`closesAt\` with \`updateElection\`, then ${change} it.`
}

/** Why voting is not made to last so much longer, and what can be asked for: a wrong year cannot be taken back. Undefined where nothing speaks against it. */
export function refusalOfExtension({ phase, closesAt }: Times, wanted: Date, now: number): string | undefined {
  const isUnderWay = (phase === 'OPEN' || phase === 'PAUSED') && closesAt.getTime() > now
  const latest = closesAt.getTime() + LONGEST_EXTENSION_MS
  if (!isUnderWay || wanted.getTime() <= latest) return undefined
  return `Voting can be made to last at most 30 days longer at a time: this election closes at ${closesAt.toISOString()}, so say a time up to ${new Date(latest).toISOString()}.`
}
