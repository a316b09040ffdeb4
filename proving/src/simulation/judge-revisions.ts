import type { Revision } from '@livetally/core/store'
import { judgeStatus, type Seals } from './completeness.js'

/** What kept revisions wrongly say of themselves, each beside the one before: also those that nobody looked at. In a database that was never restored. */
export function judgeRevisions(revisions: readonly Pick<Revision, 'revision' | 'publishedAt' | 'status' | 'asOf' | 'finalUntil' | 'vector'>[], seals: Seals): string[] {
  const facts = revisions.map((revision) => ({ ...revision, finalUntil: revision.finalUntil ?? Number.NEGATIVE_INFINITY }))
  return facts.flatMap((now, at) => {
    const before = facts[at - 1]
    const isTakenBack = before !== undefined && now.finalUntil < before.finalUntil
    return [
      ...judgeStatus(now, before, seals),
      ...isTakenBack ? [`what is final went back from ${before.finalUntil} to ${now.finalUntil}`] : [],
    ].map((problem) => `revision ${now.revision}: ${problem}`)
  })
}
