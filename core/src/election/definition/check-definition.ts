import { definitionShape, type DefinitionProblem, type ElectionDefinition } from './definition.js'
import { findReferenceProblems } from './definition-references.js'

export type DefinitionCheck =
  | { ok: true, definition: ElectionDefinition }
  | { ok: false, problems: DefinitionProblem[] }

/**
 * Checks a definition document as a whole and names every problem at once: first its shape, and where the
 * shape is right, what its parts say of each other.
 */
export function checkDefinition(document: unknown): DefinitionCheck {
  const parsed = definitionShape.safeParse(document)
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message })) }
  }
  const problems = findReferenceProblems(parsed.data)
  return problems.length === 0 ? { ok: true, definition: parsed.data } : { ok: false, problems }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map((part, at) => typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`).join('') || '(document)'
}
