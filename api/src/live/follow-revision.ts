import type { Revision } from '@livetally/core/store'
import type { RevisionFacts } from './shown-revision.js'

type Shown = Pick<RevisionFacts, 'revision' | 'publishedAt' | 'vector'>

/**
 * What becomes of a revision that Kafka brings while another one is shown: it is passed over, it follows, or Postgres has to say.
 * A straggler of a database that was restored meanwhile is older than what is shown. Clocks differ, too: Postgres decides.
 */
export function followRevision(shown: Shown, revision: Revision): 'PASSED' | 'FOLLOWS' | 'ASK_POSTGRES' {
  if (revision.revision < shown.revision || (revision.revision === shown.revision && revision.publishedAt === shown.publishedAt)) return 'PASSED'
  const isNext = revision.revision === shown.revision + 1 && (shown.revision > 0 || revision.isFull) && !goesBack(shown, revision)
  const isLater = shown.revision === 0 || revision.publishedAt >= shown.publishedAt
  return isLater && revision.revision > shown.revision && (isNext || revision.isFull) ? 'FOLLOWS' : 'ASK_POSTGRES'
}

/** It does not follow from what is shown: both say the same number, and one of them is of a database that was restored. */
function goesBack(shown: Pick<Shown, 'vector'>, { vector }: Pick<Revision, 'vector'>): boolean {
  return vector.some(({ box, generation, nextSeq }) =>
    shown.vector.some((known) => known.box === box && (known.generation > generation || (known.generation === generation && known.nextSeq > nextSeq))))
}

/** Whether revisions of Postgres lead on from what is shown: the next ones without a hole, or a full one is the first of them, before which nothing is needed. */
export function leadOn(shown: Shown, news: readonly Revision[]): boolean {
  return news.every((revision, at) => !goesBack(shown, revision) && (revision.isFull || revision.revision === (news[at - 1]?.revision ?? shown.revision) + 1))
}
