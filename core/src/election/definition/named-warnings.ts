import type { DefinitionProblem } from './definition.js'

const MOST_NAMED = 20

/** At most 20 warnings of a kind by name, and one that says of how many more. */
export function nameSome(warnings: readonly DefinitionProblem[], ofTheRest: (count: number) => DefinitionProblem): DefinitionProblem[] {
  const rest = warnings.length - MOST_NAMED
  return rest > 0 ? [...warnings.slice(0, MOST_NAMED), ofTheRest(rest)] : [...warnings]
}
