import type { Election } from '../election.js'
import type { ResultsStatus } from '../vocabulary.js'

/** Whether everybody may see results of this election now. */
export function isShownToAll({ phase, structure: { definition } }: Pick<Election, 'phase' | 'structure'>): boolean {
  switch (definition.resultsVisibility) {
    case 'LIVE': return true
    case 'AFTER_CLOSE': return phase === 'CLOSED' || phase === 'CERTIFIED'
    case 'WHEN_RELEASED': return phase === 'CERTIFIED'
    default: return definition.resultsVisibility satisfies never
  }
}

/** What a revision says of when it was published. `vector`: of every box, where it ends once it is sealed. */
export interface PublishedWhen { readonly status: ResultsStatus, readonly vector: readonly { readonly box: number, readonly sealedSeq: number | null }[] }

/** Whether everybody might see results when this revision was published: those of before the close, or the release, stay hidden after it. */
export function wasShownToAll({ structure: { definition, correctionsBox } }: Pick<Election, 'structure'>, { status, vector }: PublishedWhen): boolean {
  switch (definition.resultsVisibility) {
    case 'LIVE': return true
    // Closing seals all boxes at one point in time, but that of corrections.
    case 'AFTER_CLOSE': return vector.filter(({ box, sealedSeq }) => box !== correctionsBox && sealedSeq !== null).length === correctionsBox
    case 'WHEN_RELEASED': return status === 'CERTIFIED'
    default: return definition.resultsVisibility satisfies never
  }
}
