import type { HistoryLine } from '../history/history.js'

/** What voters met between two moments, by when they sent their requests. */
export interface VotesWhile { seconds: number, accepted: number, refused: number, unanswered: number }

/** `refused`: ballots answered with neither acceptance nor, rightly, `AlreadyVoted`; `unanswered`: requests that failed, or took too long for the client. */
export async function votesWhile(history: AsyncIterable<HistoryLine>, { from, until }: { from: number, until: number }): Promise<VotesWhile> {
  const found = { seconds: (until - from) / 1_000, accepted: 0, refused: 0, unanswered: 0 }
  for await (const line of history) {
    if (line.type !== 'attempt' || line.sentAt < from || line.sentAt >= until) continue
    if ('failure' in line.outcome) {
      found.unanswered += 1
      continue
    }
    for (const answer of line.outcome.answers) {
      if (answer.verdict === 'accepted') found.accepted += 1
      else if (answer.type !== 'AlreadyVoted') found.refused += 1
    }
  }
  return found
}
