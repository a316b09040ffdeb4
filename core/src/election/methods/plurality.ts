import type { ContestMethod } from './contest-method.js'
import { MARKED_OPTIONS } from './marked-options.js'

/** One mark; whoever has the most votes is elected. */
export const plurality: ContestMethod = {
  ...MARKED_OPTIONS,
  problemsOf(contest) {
    const several = contest.votesAllowed === 1 ? [] : [{ field: 'votesAllowed', message: 'must be 1 in a plurality contest; use variation N_OF_M for more' }]
    return [...several, ...MARKED_OPTIONS.problemsOf(contest)]
  },
}
