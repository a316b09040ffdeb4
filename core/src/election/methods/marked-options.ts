import { BALLOTS, FIRST_OPTION, OVERVOTES, UNDERVOTES } from '../structure/layout.js'
import type { ContestMethod } from './contest-method.js'
import { findMostVotes } from './most-votes.js'

/**
 * Voters mark up to `votesAllowed` options, and each mark is one vote. Counting rules "Count": fewer marks are undervotes, more
 * make every vote of the contest on that ballot an overvote, and votes + undervotes + overvotes = votesAllowed × ballots.
 */
export const MARKED_OPTIONS: ContestMethod = {
  problemsOf({ votesAllowed, options }) {
    return votesAllowed <= options.length ? [] : [{ field: 'votesAllowed', message: `must be at most the number of options (${options.length})` }]
  },
  problemsOfMarks({ id, optionIndex, votesAllowed }, marks, channel) {
    const problems = marks.filter((mark) => !optionIndex.has(mark)).map((mark) => `"${mark}" is not an option of the contest "${id}".`)
    if (new Set(marks).size !== marks.length) problems.push(`An option of the contest "${id}" is marked twice.`)
    if (channel === 'ONLINE' && marks.length > votesAllowed) {
      problems.push(`The contest "${id}" allows ${votesAllowed} ${votesAllowed === 1 ? 'mark' : 'marks'}; ${marks.length} were made.`)
    }
    return problems
  },
  addMarks({ optionIndex, votesAllowed }, marks = [], offset, add) {
    const count = marks.length
    add(offset + BALLOTS, 1)
    if (count < votesAllowed) add(offset + UNDERVOTES, votesAllowed - count)
    if (count > votesAllowed) add(offset + OVERVOTES, votesAllowed)
    for (const mark of marks) {
      const index = optionIndex.get(mark)
      if (index === undefined) return false
      if (count <= votesAllowed) add(offset + FIRST_OPTION + index, 1)
    }
    return true
  },
  imbalanceOf({ id, votesAllowed }, { ballots, votes, undervotes, overvotes }) {
    const sum = votes + undervotes + overvotes
    return sum === ballots * votesAllowed
      ? undefined
      : `in "${id}", ${votes} votes + ${undervotes} undervotes + ${overvotes} overvotes would be ${sum}, but ${ballots} ballots with ${votesAllowed} marks each are ${ballots * votesAllowed}`
  },
  areAlike({ optionIndex, votesAllowed }, counts, offset, ballots) {
    if (optionIndex.size <= votesAllowed) return false
    const overvotes = counts[offset + OVERVOTES] ?? 0
    if (overvotes !== 0 && overvotes !== ballots * votesAllowed) return false
    const end = offset + FIRST_OPTION + optionIndex.size
    // All ballots carry the same marks where each option is on all of them or on none.
    for (let at = offset + FIRST_OPTION; at < end; at += 1) if (counts[at] !== 0 && counts[at] !== ballots) return false
    return true
  },
  findLead: ({ definition }, votes) => findMostVotes(votes, definition.numberElected),
  shareBase: ({ votes }) => votes,
}
