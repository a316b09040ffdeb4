import type { Election } from '../election.js'

/** Whether everybody may see results of this election now. */
export function isShownToAll({ phase, structure: { definition } }: Pick<Election, 'phase' | 'structure'>): boolean {
  switch (definition.resultsVisibility) {
    case 'LIVE': return true
    case 'AFTER_CLOSE': return phase === 'CLOSED' || phase === 'CERTIFIED'
    case 'WHEN_RELEASED': return phase === 'CERTIFIED'
    default: return definition.resultsVisibility satisfies never
  }
}
